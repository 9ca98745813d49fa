using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Metadata.Topics;

/// <summary>A replica of this broker after a change.</summary>
/// <param name="TopicId">Id of the topic.</param>
/// <param name="Partition">The partition as it is now.</param>
/// <param name="IsElection">Whether the leader epoch rose.</param>
/// <param name="IsNew">Whether the broker did not hold the partition before.</param>
/// <param name="IsDirectoryChange">Whether the replica's log directory is another than before, or there was none.</param>
public readonly record struct LocalReplica(
    Uuid TopicId, PartitionRegistration Partition, bool IsElection, bool IsNew, bool IsDirectoryChange);
