using System.Globalization;
using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;

namespace Kafka.Modular.Cli.Replicas;

/// <summary>Limits how fast replicas are moved (KIP-73): a rate on the brokers that take part, and the replicas that it is for on the topics.</summary>
internal static class ReassignmentThrottles
{
    private const string LeaderRate = "leader.replication.throttled.rate";
    private const string FollowerRate = "follower.replication.throttled.rate";
    private const string DirectoryRate = "replica.alter.log.dirs.io.max.bytes.per.second";
    private const string LeaderReplicas = "leader.replication.throttled.replicas";
    private const string FollowerReplicas = "follower.replication.throttled.replicas";

    /// <summary>Sets the throttles that the flags ask for.</summary>
    public static async Task SetAsync(ToolCall call, AdminSession session, IReadOnlyList<PlannedPartition> plan, IReadOnlyList<PlannedPartition> current, string warning)
    {
        var between = call.Options.Int64("throttle");
        var within = call.Options.Int64("replica-alter-log-dirs-throttle");
        if (between is null && within is null)
            return;
        call.Out.WriteLine(warning);
        int[] brokers = [.. plan.Concat(current).SelectMany(static each => each.Replicas).Distinct().Order()];
        if (between is { } rate)
        {
            foreach (var topic in plan.Zip(current).GroupBy(static pair => pair.First.Partition.Topic))
            {
                var leaders = topic.SelectMany(static pair => pair.Second.Replicas.Select(id => $"{pair.First.Partition.Partition}:{id}"));
                var followers = topic.SelectMany(static pair => pair.First.Replicas.Except(pair.Second.Replicas).Select(id => $"{pair.First.Partition.Partition}:{id}"));
                await ConfigWrites.AlterAsync(session, ConfigReads.Topic, topic.Key, (LeaderReplicas, string.Join(',', leaders)), (FollowerReplicas, string.Join(',', followers)));
            }

            foreach (var broker in brokers)
                await ConfigWrites.AlterAsync(session, ConfigReads.Broker, OutputTable.Text(broker), (LeaderRate, OutputTable.Text(rate)), (FollowerRate, OutputTable.Text(rate)));
            call.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The inter-broker throttle limit was set to {rate} B/s"));
        }

        if (within is { } limit)
        {
            foreach (var broker in brokers)
                await ConfigWrites.AlterAsync(session, ConfigReads.Broker, OutputTable.Text(broker), (DirectoryRate, OutputTable.Text(limit)));
            call.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The replica-alter-dir throttle limit was set to {limit} B/s"));
        }
    }

    /// <summary>Removes all throttles of the brokers and of the plan's topics.</summary>
    public static async Task ClearAsync(ToolCall call, AdminSession session, IReadOnlyList<PlannedPartition> plan)
    {
        int[] brokers = [.. (await session.LoadMetadataAsync([])).Nodes.Keys.Order()];
        string[] topics = [.. plan.Select(static each => each.Partition.Topic).Distinct(StringComparer.Ordinal)];
        Say(call, $"Clearing broker-level throttles on broker{(brokers.Length == 1 ? "" : "s")} {string.Join(',', brokers)}");
        foreach (var broker in brokers)
            await ConfigWrites.AlterAsync(session, ConfigReads.Broker, OutputTable.Text(broker), (LeaderRate, null), (FollowerRate, null), (DirectoryRate, null));
        Say(call, $"Clearing topic-level throttles on topic{(topics.Length == 1 ? "" : "s")} {string.Join(',', topics)}");
        foreach (var topic in topics)
            await ConfigWrites.AlterAsync(session, ConfigReads.Topic, topic, (LeaderReplicas, null), (FollowerReplicas, null));
    }

    private static void Say(ToolCall call, string line)
    {
        if (!call.Options.IsJson)
            call.Out.WriteLine(line);
    }
}
