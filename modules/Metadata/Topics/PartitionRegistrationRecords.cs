using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Collections;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Topics;

/// <summary>Between <see cref="PartitionRegistration"/> and its records.</summary>
internal static class PartitionRegistrationRecords
{
    public static PartitionRegistration FromRecord(PartitionRecord record)
    {
        var replicas = RecordLists.ToIds(record.Replicas);
        return new PartitionRegistration
        {
            Replicas = replicas,
            Directories = Directories(record.Directories, replicas, record.PartitionId),
            Isr = ValueList.From(record.Isr),
            RemovingReplicas = RecordLists.ToIds(record.RemovingReplicas),
            AddingReplicas = RecordLists.ToIds(record.AddingReplicas),
            EligibleLeaderReplicas = RecordLists.ToIds(record.EligibleLeaderReplicas),
            LastKnownEligibleLeaderReplicas = RecordLists.ToIds(record.LastKnownElr),
            Leader = record.Leader,
            LeaderRecoveryState = RecoveryState(record.LeaderRecoveryState),
            LeaderEpoch = record.LeaderEpoch,
            PartitionEpoch = record.PartitionEpoch,
        };
    }

    /// <summary>The partition after a change: fields at their default stay, the partition epoch rises, the leader epoch with every election.</summary>
    public static PartitionRegistration Merge(PartitionRegistration previous, PartitionChangeRecord record)
    {
        var replicas = record.Replicas is null ? previous.Replicas : RecordLists.ToIds(record.Replicas);
        var directories = record.Directories is not null
            ? Directories(record.Directories, replicas, record.PartitionId)
            : previous.Directories.Count == replicas.Count ? previous.Directories : Migrating(replicas.Count);
        var isElection = record.Leader != PartitionRegistration.NoLeaderChange;
        return new PartitionRegistration
        {
            Replicas = replicas,
            Directories = directories,
            Isr = Changed(record.Isr, previous.Isr),
            RemovingReplicas = Changed(record.RemovingReplicas, previous.RemovingReplicas),
            AddingReplicas = Changed(record.AddingReplicas, previous.AddingReplicas),
            EligibleLeaderReplicas = Changed(record.EligibleLeaderReplicas, previous.EligibleLeaderReplicas),
            LastKnownEligibleLeaderReplicas = Changed(record.LastKnownElr, previous.LastKnownEligibleLeaderReplicas),
            Leader = isElection ? record.Leader : previous.Leader,
            LeaderRecoveryState = record.LeaderRecoveryState == NoRecoveryStateChange
                ? previous.LeaderRecoveryState
                : RecoveryState(record.LeaderRecoveryState),
            LeaderEpoch = isElection ? previous.LeaderEpoch + 1 : previous.LeaderEpoch,
            PartitionEpoch = previous.PartitionEpoch + 1,
        };
    }

    /// <summary>The whole state as a record in the version that the cluster can read.</summary>
    public static MetadataRecord ToRecord(PartitionRegistration partition, Uuid topicId, int partitionId, ImageWriterOptions options)
    {
        var record = new PartitionRecord
        {
            PartitionId = partitionId,
            TopicId = topicId,
            Replicas = RecordLists.ToBrokerIds(partition.Replicas),
            Isr = [.. partition.Isr.AsSpan()],
            RemovingReplicas = RecordLists.ToBrokerIds(partition.RemovingReplicas),
            AddingReplicas = RecordLists.ToBrokerIds(partition.AddingReplicas),
            Leader = (BrokerId)partition.Leader,
            LeaderRecoveryState = (sbyte)partition.LeaderRecoveryState,
            LeaderEpoch = partition.LeaderEpoch,
            PartitionEpoch = partition.PartitionEpoch,
        };
        // Tagged and null by default: only written where there is something to say.
        if (options.IsEligibleLeaderReplicasEnabled)
        {
            if (!partition.EligibleLeaderReplicas.IsEmpty)
                record.EligibleLeaderReplicas = RecordLists.ToBrokerIds(partition.EligibleLeaderReplicas);
            if (!partition.LastKnownEligibleLeaderReplicas.IsEmpty)
                record.LastKnownElr = RecordLists.ToBrokerIds(partition.LastKnownEligibleLeaderReplicas);
        }

        if (options.MetadataVersion.IsDirectoryAssignmentSupported)
            record.Directories = [.. partition.Directories.AsSpan()];
        else if (partition.Directories.AsSpan().ContainsAnyExcept(DirectoryIds.Migrating))
            options.HandleLoss("the directory assignment of a replica");
        return new MetadataRecord(record, options.MetadataVersion.PartitionRecordVersion);
    }

    private const sbyte NoRecoveryStateChange = -1;

    private static ValueList<int> Changed(List<BrokerId>? change, ValueList<int> previous) =>
        change is null ? previous : RecordLists.ToIds(change);

    private static LeaderRecoveryState RecoveryState(sbyte value) => value switch
    {
        0 => LeaderRecoveryState.Recovered,
        1 => LeaderRecoveryState.Recovering,
        _ => throw new MetadataReplayException($"Unknown leader recovery state {value}."),
    };

    private static ValueList<Uuid> Directories(List<Uuid>? directories, ValueList<int> replicas, int partitionId)
    {
        if (directories is null || directories.Count == 0)
            return Migrating(replicas.Count);
        if (directories.Count != replicas.Count)
        {
            throw new MetadataReplayException(
                $"Partition {partitionId} has {directories.Count} directories for {replicas.Count} replicas.");
        }

        return ValueList.From(directories);
    }

    private static ValueList<Uuid> Migrating(int count) => ValueList.From(Enumerable.Repeat(DirectoryIds.Migrating, count));
}
