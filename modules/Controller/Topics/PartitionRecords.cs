using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Cluster;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Topics;

/// <summary>The record of a new partition.</summary>
internal static class PartitionRecords
{
    /// <summary>
    /// A partition whose leader is the first live replica and whose ISR are the live replicas. The caller has seen to it that there is one.
    /// </summary>
    public static MetadataRecord ForNew(ControllerState state, Uuid topicId, int index, IReadOnlyList<int> replicas)
    {
        var cluster = state.Image.Cluster;
        List<int> isr = [.. replicas.Where(id => IsActive(cluster, id))];
        var record = new PartitionRecord
        {
            TopicId = topicId,
            PartitionId = index,
            Replicas = [.. replicas.Select(static id => new BrokerId(id))],
            Isr = isr,
            Leader = new BrokerId(isr[0]),
            LeaderRecoveryState = (sbyte)LeaderRecoveryState.Recovered,
            LeaderEpoch = 0,
            PartitionEpoch = 0,
        };
        if (state.Version.IsDirectoryAssignmentSupported)
        {
            record.Directories = [.. replicas.Select(id => DirectoryFor(cluster, id))];
        }

        return new MetadataRecord(record, state.Version.PartitionRecordVersion);
    }

    public static bool IsActive(ClusterImage cluster, int brokerId)
        => cluster.TryGetBroker(brokerId, out var broker) && broker is { IsFenced: false, IsInControlledShutdown: false };

    /// <summary>A broker of one directory needs no choice; of several it chooses itself and says so later (KIP-858).</summary>
    public static Uuid DirectoryFor(ClusterImage cluster, int brokerId)
        => cluster.TryGetBroker(brokerId, out var broker) && broker.Directories.Count == 1 ? broker.Directories[0] : DirectoryIds.Unassigned;
}
