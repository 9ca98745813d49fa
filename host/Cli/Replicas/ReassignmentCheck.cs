using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Cli.Topics;

namespace Kafka.Modular.Cli.Replicas;

/// <summary><c>kafka-reassign-partitions --verify</c>.</summary>
internal static class ReassignmentCheck
{
    public static async Task<int> RunAsync(ToolCall call, AdminSession session, IReadOnlyList<PlannedPartition> plan)
    {
        var moves = await TopicReads.MovesAsync(session, (IReadOnlyList<(string, IReadOnlyList<int>)>?)null);
        var current = await ReassignTool.CurrentAsync(session, plan);
        var table = new OutputTable("topic", "partition", "state", "replicas", "target");
        var lines = new List<string>();
        foreach (var (planned, now) in plan.Zip(current))
        {
            var isMoving = moves.Any(move => move.Topic == planned.Partition.Topic && move.Partition == planned.Partition.Partition);
            var isThere = now.Replicas.SequenceEqual(planned.Replicas);
            table.Add(planned.Partition.Topic, planned.Partition.Partition, isMoving ? "in progress" : isThere ? "completed" : "not active", now.Replicas, planned.Replicas);
            lines.Add(isMoving ? $"Reassignment of partition {planned.Name} is still in progress."
                : isThere ? $"Reassignment of partition {planned.Name} is completed."
                : $"There is no active reassignment of partition {planned.Name}, but replica set is {string.Join(',', now.Replicas)} rather than {string.Join(',', planned.Replicas)}.");
        }

        if (call.Options.IsJson)
        {
            table.WriteJson(call.Out);
        }
        else
        {
            call.Out.WriteLine("Status of partition reassignment:");
            foreach (var line in lines)
                call.Out.WriteLine(line);
        }

        var areMovesDone = await ReplicaMoves.WriteStatesAsync(call, session, plan);
        if (areMovesDone && !call.Options.Has("preserve-throttles") && !table.Rows.Any(static row => row[2] is "in progress"))
            await ReassignmentThrottles.ClearAsync(call, session, plan);
        return ExitCodes.Done;
    }
}
