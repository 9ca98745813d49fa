using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Replication;

/// <summary>This broker begins or ceases to lead a partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="IsLeader">Whether it leads from now on.</param>
/// <param name="LeaderEpoch">The leader epoch, or null when the partition is gone.</param>
public readonly record struct LeadershipChange(TopicPartition Partition, bool IsLeader, int? LeaderEpoch);
