using Kafka.Modular.Core.Ids;
using Kafka.Modular.LogStorage;
using Kafka.Modular.Metadata.Topics;

namespace Kafka.Modular.Replication;

/// <summary>Which logs belong to no replica of a broker, by what the metadata says when the broker starts. Pure.</summary>
internal static class StrayLogs
{
    /// <summary>A log is stray that has no topic id, whose topic is gone, or of whose partition this broker has no replica.</summary>
    public static List<TopicPartition> Find(IEnumerable<PartitionLog> logs, TopicsImage topics, int brokerId) =>
        [.. logs.Where(log => IsStray(log.TopicId, log.TopicPartition.Partition, topics, brokerId)).Select(static log => log.TopicPartition)];

    /// <summary>Whether a log with this topic id is stray.</summary>
    public static bool IsStray(Uuid? topicId, int partition, TopicsImage topics, int brokerId) =>
        topicId is not { } id || topics.Partition(id, partition) is not { } registration || !registration.Replicas.Contains(brokerId);
}
