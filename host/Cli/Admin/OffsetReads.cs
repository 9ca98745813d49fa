using Kafka.Modular.Client;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Admin;

/// <summary>Asks the leaders of partitions for offsets.</summary>
internal static class OffsetReads
{
    /// <summary>The timestamp that asks for the end of a log.</summary>
    public const long Latest = -1;

    /// <summary>The timestamp that asks for the beginning of a log.</summary>
    public const long Earliest = -2;

    /// <summary>The offset of each partition at a time; -1 where no record is as young, and partitions that have no leader are missing.</summary>
    /// <exception cref="KafkaClientException">A partition cannot be asked for.</exception>
    public static async Task<IReadOnlyDictionary<TopicPartition, long>> ReadAsync(AdminSession session, IReadOnlyCollection<TopicPartition> partitions, long timestamp)
    {
        var offsets = new Dictionary<TopicPartition, long>();
        if (partitions.Count == 0)
            return offsets;
        var metadata = await session.LoadMetadataAsync([.. partitions.Select(static partition => partition.Topic).Distinct(StringComparer.Ordinal)]);
        var byLeader = partitions
            .Select(partition => (Partition: partition, Leader: metadata.Topics.GetValueOrDefault(partition.Topic)?.Partition(partition.Partition)?.LeaderId ?? -1))
            .Where(static pair => pair.Leader >= 0)
            .GroupBy(static pair => pair.Leader, static pair => pair.Partition);
        foreach (var group in byLeader)
        {
            var response = await session.SendAsync(RequestTarget.Node(group.Key), Request(group, timestamp), static response => response.Topics
                .SelectMany(static topic => topic.Partitions).Select(static partition => partition.ErrorCode).FirstOrDefault(static code => code.IsRetriable()));
            foreach (var topic in response.Topics)
            {
                foreach (var partition in topic.Partitions)
                {
                    AdminSession.Check(partition.ErrorCode);
                    offsets[new TopicPartition(topic.Name, partition.PartitionIndex)] = partition.Offset;
                }
            }
        }

        return offsets;
    }

    private static ListOffsetsRequest Request(IEnumerable<TopicPartition> partitions, long timestamp) => new()
    {
        ReplicaId = (BrokerId)(-1),
        Topics =
        [
            .. partitions.GroupBy(static partition => partition.Topic).Select(topic => new ListOffsetsRequest.ListOffsetsTopic
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(partition => new ListOffsetsRequest.ListOffsetsPartition { PartitionIndex = partition.Partition, Timestamp = timestamp })],
            }),
        ],
    };
}
