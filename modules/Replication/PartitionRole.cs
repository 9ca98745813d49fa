namespace Kafka.Modular.Replication;

/// <summary>Which part this broker has in a partition. Immutable; replaced as a whole.</summary>
/// <param name="LeaderId">The leader, -1 for none.</param>
/// <param name="LeaderEpoch">The leader epoch, -1 before the first.</param>
/// <param name="PartitionEpoch">The version of the partition's registration.</param>
/// <param name="Isr">The replicas in sync.</param>
/// <param name="ReplicaCount">How many replicas there are.</param>
/// <param name="IsLeader">Whether it is this broker that leads.</param>
internal sealed record PartitionRole(int LeaderId, int LeaderEpoch, int PartitionEpoch, IReadOnlyList<int> Isr, int ReplicaCount, bool IsLeader)
{
    public static PartitionRole None { get; } = new(-1, -1, -1, [], 0, IsLeader: false);
}
