using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Replicas;

/// <summary>Moves of replicas between the directories of a broker (KIP-113).</summary>
internal static class ReplicaMoves
{
    /// <summary>Asks the brokers of a plan to move replicas to the directories that it names.</summary>
    public static async Task StartAsync(ToolCall call, AdminSession session, IReadOnlyList<PlannedPartition> plan)
    {
        foreach (var broker in Targets(plan).GroupBy(static target => target.Broker))
        {
            var request = new AlterReplicaLogDirsRequest
            {
                Dirs =
                [
                    .. broker.GroupBy(static target => target.Directory).Select(static directory => new AlterReplicaLogDirsRequest.AlterReplicaLogDir
                    {
                        Path = directory.Key,
                        Topics =
                        [
                            .. directory.GroupBy(static target => target.Partition.Topic).Select(static topic => new AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic
                            {
                                Name = topic.Key, Partitions = [.. topic.Select(static target => target.Partition.Partition)],
                            }),
                        ],
                    }),
                ],
            };
            var response = await session.SendAsync(RequestTarget.Node(broker.Key), request);
            foreach (var topic in response.Results)
            {
                foreach (var partition in topic.Partitions)
                {
                    AdminSession.Check(partition.ErrorCode);
                    var directory = broker.First(target => target.Partition == new TopicPartition(topic.TopicName, partition.PartitionIndex)).Directory;
                    call.Out.WriteLine($"Successfully started moving log directory to {directory} for replica {topic.TopicName}-{partition.PartitionIndex} with broker {broker.Key} ");
                }
            }
        }
    }

    /// <summary>Writes how far the moves of a plan are.</summary>
    /// <returns>True when none is under way.</returns>
    public static async Task<bool> WriteStatesAsync(ToolCall call, AdminSession session, IReadOnlyList<PlannedPartition> plan)
    {
        var areDone = true;
        foreach (var broker in Targets(plan).GroupBy(static target => target.Broker))
        {
            var response = await session.SendAsync(RequestTarget.Node(broker.Key), new DescribeLogDirsRequest { Topics = null }, static response => response.ErrorCode);
            foreach (var target in broker)
            {
                var (line, isDone) = State(target, response.Results);
                areDone &= isDone;
                if (!call.Options.IsJson)
                    call.Out.WriteLine(line);
            }
        }

        return areDone;
    }

    private static (string Line, bool IsDone) State(
        (int Broker, TopicPartition Partition, string Directory) target, IReadOnlyList<DescribeLogDirsResponse.DescribeLogDirsResult> directories)
    {
        var name = $"{target.Partition.Topic}-{target.Partition.Partition}";
        string? now = null;
        string? future = null;
        foreach (var directory in directories)
        {
            foreach (var partition in directory.Topics.Where(topic => topic.Name == target.Partition.Topic).SelectMany(static topic => topic.Partitions))
            {
                if (partition.PartitionIndex != target.Partition.Partition)
                    continue;
                if (partition.IsFutureKey)
                    future = directory.LogDir;
                else
                    now = directory.LogDir;
            }
        }

        if (now is null)
            return ($"Partition {name} cannot be found in any live log directory on broker {target.Broker}.", true);
        if (future == target.Directory)
            return ($"Reassignment of replica {name}-{target.Broker} is still in progress.", false);
        if (future is not null)
            return ($"Partition {name} on broker {target.Broker} is being moved to log dir {future} instead of {target.Directory}.", true);
        return now == target.Directory
            ? ($"Reassignment of replica {name}-{target.Broker} completed successfully.", true)
            : ($"Partition {name} on broker {target.Broker} is not being moved from log dir {now} to {target.Directory}.", true);
    }

    private static IEnumerable<(int Broker, TopicPartition Partition, string Directory)> Targets(IEnumerable<PlannedPartition> plan) =>
        from each in plan
        where each.Directories is not null
        from pair in each.Replicas.Zip(each.Directories!)
        where pair.Second != "any"
        select (pair.First, each.Partition, pair.Second);
}
