using Kafka.Modular.Groups;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Replication;

namespace Kafka.Modular.Server.Wiring;

/// <summary>
/// Tells the group coordinator of its topic and of topics that are gone, on the metadata loop; and of the partitions that this broker begins and ceases to
/// lead, when the replicas say so.
/// </summary>
internal sealed class GroupPublisher(GroupCoordinator groups) : IMetadataPublisher
{
    public string Name => nameof(GroupPublisher);

    public void OnMetadataUpdate(MetadataDelta delta, MetadataImage image, LoaderManifest manifest)
    {
        if (delta.Topics is not { } topics)
            return;
        if (image.Topics.TryGet(GroupCoordinator.OffsetsTopic, out var offsets) && offsets.PartitionCount > 0)
            groups.OnOffsetsTopic(offsets.PartitionCount);
        if (topics.Deleted.Count > 0)
            _ = groups.OnTopicsDeletedAsync(topics.Deleted.Values.Select(static topic => topic.Name).ToHashSet(StringComparer.Ordinal));
    }

    public void OnLeadershipChanged(LeadershipChange change)
    {
        if (!string.Equals(change.Partition.Topic, GroupCoordinator.OffsetsTopic, StringComparison.Ordinal))
            return;
        if (change.IsLeader)
            groups.Load(change.Partition.Partition, change.LeaderEpoch ?? 0);
        else
            groups.Unload(change.Partition.Partition, change.LeaderEpoch);
    }
}
