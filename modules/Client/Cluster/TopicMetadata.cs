using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Client.Cluster;

/// <summary>A topic as the metadata has it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id; zero where the broker is too old to name it (KIP-516).</param>
/// <param name="Error">What is wrong with it.</param>
/// <param name="IsInternal">Whether it belongs to the cluster itself.</param>
/// <param name="Partitions">Its partitions, by index.</param>
public sealed record TopicMetadata(string Name, Uuid Id, ErrorCode Error, bool IsInternal, IReadOnlyList<PartitionMetadata> Partitions)
{
    /// <summary>The partition of that index, or null.</summary>
    public PartitionMetadata? Partition(int index) => (uint)index < (uint)Partitions.Count ? Partitions[index] : null;

    internal static TopicMetadata Of(MetadataResponse.MetadataResponseTopic topic) => new(
        topic.Name!,
        topic.TopicId,
        topic.ErrorCode,
        topic.IsInternal,
        [.. topic.Partitions.OrderBy(partition => partition.PartitionIndex).Select(partition => new PartitionMetadata(
            partition.PartitionIndex,
            partition.ErrorCode,
            partition.LeaderId,
            partition.LeaderEpoch,
            [.. partition.ReplicaNodes.Select(id => (int)id)],
            [.. partition.IsrNodes.Select(id => (int)id)],
            [.. partition.OfflineReplicas.Select(id => (int)id)]))]);

    // A broker that is behind may name a leader of the past: the larger epoch wins (KIP-320).
    internal TopicMetadata Newest(TopicMetadata? before)
    {
        if (before is null || before.Id != Id || !Partitions.Any(IsOlder))
        {
            return this;
        }

        return this with { Partitions = [.. Partitions.Select(partition => IsOlder(partition) ? before.Partition(partition.Index)! : partition)] };

        bool IsOlder(PartitionMetadata partition) =>
            before.Partition(partition.Index) is { LeaderEpoch: >= 0 } known && partition.LeaderEpoch >= 0 && known.LeaderEpoch > partition.LeaderEpoch;
    }
}
