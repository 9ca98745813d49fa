using System.Globalization;
using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Cluster;

/// <summary><c>kafka-metadata-quorum</c> (KIP-836).</summary>
internal static class QuorumTool
{
    private const string Topic = "__cluster_metadata";

    public static async Task<int> RunAsync(ToolCall call)
    {
        var options = call.Options;
        AdminSession.RequireBootstrap(options);
        switch (options.Action)
        {
            case "":
                throw new UsageException("too few arguments");
            case "add-controller":
                throw new ToolException("kafka-metadata-quorum: add-controller is not served: this server does not take AddRaftVoter, its quorum is one node");
            case "remove-controller":
                throw new ToolException("kafka-metadata-quorum: remove-controller is not served: this server does not take RemoveRaftVoter, its quorum is one node");
        }

        if (options.Count("status", "replication") == 2)
            throw new ToolException("Only one of --status or --replication should be specified with describe sub-command");
        if (options.Count("status", "replication") == 0)
            throw new ToolException("One of --status or --replication must be specified with describe sub-command");
        if (options.Has("status") && options.Has("human-readable"))
            throw new ToolException("The option --human-readable is only supported along with --replication");
        await using var session = AdminSession.Open(call);
        var response = await session.SendAsync(
            RequestTarget.AnyNode,
            new DescribeQuorumRequest { Topics = [new() { TopicName = Topic, Partitions = [new() { PartitionIndex = 0 }] }] },
            static response => response.ErrorCode);
        AdminSession.Check(response.ErrorCode, response.ErrorMessage);
        var quorum = response.Topics[0].Partitions[0];
        AdminSession.Check(quorum.ErrorCode, quorum.ErrorMessage);
        var leader = quorum.CurrentVoters.First(voter => voter.ReplicaId == quorum.LeaderId);
        if (options.Has("replication"))
            WriteReplication(call, quorum, leader);
        else
            WriteStatus(call, (await session.LoadMetadataAsync([])).ClusterId, response, quorum, leader);
        return ExitCodes.Done;
    }

    private static void WriteReplication(ToolCall call, DescribeQuorumResponse.PartitionData quorum, DescribeQuorumResponse.ReplicaState leader)
    {
        string[] columns = ["NodeId", "DirectoryId", "LogEndOffset", "Lag", "LastFetchTimestamp", "LastCaughtUpTimestamp", "Status"];
        var table = new OutputTable(columns);
        Add(leader, "Leader");
        foreach (var voter in quorum.CurrentVoters.Where(voter => voter.ReplicaId != leader.ReplicaId))
            Add(voter, "Follower");
        foreach (var observer in quorum.Observers)
            Add(observer, "Observer");
        if (call.Options.IsJson)
        {
            var json = new OutputTable("node-id", "directory-id", "log-end-offset", "lag", "last-fetch-timestamp", "last-caught-up-timestamp", "status");
            foreach (var row in table.Rows)
                json.Add(row);
            json.WriteJson(call.Out);
            return;
        }

        int[] widths = [.. columns.Select((name, i) => table.Rows.Select(row => OutputTable.Text(row[i]).Length).Append(name.Length).Max())];
        foreach (var row in table.Rows.Prepend(columns))
            call.Out.WriteLine(string.Concat(row.Select((cell, i) => OutputTable.Text(cell).PadRight(widths[i]) + "\t")));

        void Add(DescribeQuorumResponse.ReplicaState replica, string status) => table.Add(
            (int)replica.ReplicaId,
            replica.ReplicaDirectoryId.ToString(),
            replica.LogEndOffset,
            leader.LogEndOffset - replica.LogEndOffset,
            Time(call, replica.LastFetchTimestamp),
            Time(call, replica.LastCaughtUpTimestamp),
            status);
    }

    private static object Time(ToolCall call, long timestamp) => timestamp < 0 || !call.Options.Has("human-readable")
        ? timestamp
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - timestamp)} ms ago");

    private static void WriteStatus(
        ToolCall call, string? clusterId, DescribeQuorumResponse response, DescribeQuorumResponse.PartitionData quorum, DescribeQuorumResponse.ReplicaState leader)
    {
        var last = quorum.CurrentVoters.MinBy(static voter => voter.LogEndOffset)!;
        var lagTime = ReferenceEquals(last, leader) ? 0
            : leader.LastCaughtUpTimestamp >= 0 && last.LastCaughtUpTimestamp >= 0 ? leader.LastCaughtUpTimestamp - last.LastCaughtUpTimestamp
            : -1;
        (string Name, object? Value)[] fields =
        [
            ("ClusterId", clusterId), ("LeaderId", (int)quorum.LeaderId), ("LeaderEpoch", quorum.LeaderEpoch), ("HighWatermark", quorum.HighWatermark),
            ("MaxFollowerLag", leader.LogEndOffset - last.LogEndOffset), ("MaxFollowerLagTimeMs", lagTime),
        ];
        if (!call.Options.IsJson)
        {
            foreach (var (name, value) in fields)
                call.Out.WriteLine($"{name + ":",-24}{OutputTable.Text(value)}");
            call.Out.WriteLine($"{"CurrentVoters:",-24}{Replicas(response, quorum.CurrentVoters)}");
            call.Out.WriteLine($"{"CurrentObservers:",-24}{Replicas(response, quorum.Observers)}");
            return;
        }

        OutputTable.WriteJson(call.Out, json =>
        {
            json.WriteStartObject();
            foreach (var (name, value) in fields)
            {
                json.WritePropertyName(char.ToLowerInvariant(name[0]) + name[1..]);
                OutputTable.WriteValue(json, value);
            }

            json.WritePropertyName("currentVoters");
            json.WriteRawValue(Replicas(response, quorum.CurrentVoters));
            json.WritePropertyName("currentObservers");
            json.WriteRawValue(Replicas(response, quorum.Observers));
            json.WriteEndObject();
        });
    }

    private static string Replicas(DescribeQuorumResponse response, IEnumerable<DescribeQuorumResponse.ReplicaState> replicas) => $"[{string.Join(", ", replicas.Select(replica =>
    {
        var directory = replica.ReplicaDirectoryId == Uuid.Zero ? "" : $", \"directoryId\": \"{replica.ReplicaDirectoryId}\"";
        var listeners = response.Nodes.FirstOrDefault(node => node.NodeId == replica.ReplicaId)?.Listeners ?? [];
        var endpoints = listeners.Count == 0
            ? ""
            : $", \"endpoints\": [{string.Join(", ", listeners.Select(static each => $"\"{each.Name}://{(each.Host.Contains(':', StringComparison.Ordinal) ? $"[{each.Host}]" : each.Host)}:{each.Port}\""))}]";
        return $"{{\"id\": {(int)replica.ReplicaId}{directory}{endpoints}}}";
    }))}]";
}
