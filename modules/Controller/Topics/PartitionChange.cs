using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Cluster;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Topics;

/// <summary>
/// One change of one partition: what is wanted goes in, the record that makes it so comes out. It completes a reassignment whose replicas are in sync,
/// elects a leader where that is due, and raises the leader epoch where replicas go (KIP-455, KIP-497, KIP-858). Pure. The controller's loop.
/// </summary>
internal sealed class PartitionChange
{
    private readonly ControllerState _state;
    private readonly PartitionRegistration _partition;
    private readonly Uuid _topicId;
    private readonly int _index;
    private readonly Func<int, bool> _isActive;

    /// <summary>Begins with everything as it is.</summary>
    /// <param name="state">What is decided from.</param>
    /// <param name="topicId">The topic.</param>
    /// <param name="index">The partition's index.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="isActive">Whether a broker takes part; null for what the cluster says.</param>
    public PartitionChange(ControllerState state, Uuid topicId, int index, PartitionRegistration partition, Func<int, bool>? isActive = null)
    {
        (_state, _topicId, _index, _partition) = (state, topicId, index, partition);
        _isActive = isActive ?? (id => PartitionRecords.IsActive(state.Image.Cluster, id));
        Isr = [.. partition.Isr];
        Replicas = [.. partition.Replicas];
        Removing = [.. partition.RemovingReplicas];
        Adding = [.. partition.AddingReplicas];
        RecoveryState = partition.LeaderRecoveryState;
    }

    /// <summary>Who shall be in sync.</summary>
    public List<int> Isr { get; set; }

    /// <summary>Who shall hold the partition.</summary>
    public List<int> Replicas { get; set; }

    /// <summary>Who shall leave when the others are in sync.</summary>
    public List<int> Removing { get; set; }

    /// <summary>Who is being added.</summary>
    public List<int> Adding { get; set; }

    /// <summary>Directories of replicas that are other ones than the partition says.</summary>
    public Dictionary<int, Uuid> Directories { get; } = [];

    /// <summary>Whether the leader has recovered.</summary>
    public LeaderRecoveryState RecoveryState { get; set; }

    /// <summary>Who may become the leader.</summary>
    public ElectionKind Election { get; set; } = ElectionKind.Online;

    /// <summary>The record; null where nothing changes.</summary>
    public MetadataRecord? Build()
    {
        var record = new PartitionChangeRecord { PartitionId = _index, TopicId = _topicId };
        CompleteReassignment();
        Elect(record);
        if (record.Leader == PartitionRegistration.NoLeaderChange && !Contains(Replicas, _partition.Replicas))
        {
            // Those that leave must see that they hold it no longer.
            record.Leader = new BrokerId(_partition.Leader);
        }

        if (record.Isr is null && Isr.Count > 0 && !Isr.SequenceEqual(_partition.Isr))
        {
            record.Isr = Ids(Isr);
        }

        SetAssignment(record);
        if (RecoveryState != _partition.LeaderRecoveryState)
        {
            record.LeaderRecoveryState = (sbyte)RecoveryState;
        }

        return IsNothing(record) ? null : new MetadataRecord(record, _state.Version.PartitionChangeRecordVersion);
    }

    private static bool Contains(List<int> all, IEnumerable<int> some) => some.All(all.Contains);

    private static List<BrokerId> Ids(IEnumerable<int> ids) => [.. ids.Select(static id => new BrokerId(id))];

    private static bool IsNothing(PartitionChangeRecord record)
        => record is { Isr: null, Replicas: null, RemovingReplicas: null, AddingReplicas: null, Directories: null, Leader.Value: PartitionRegistration.NoLeaderChange, LeaderRecoveryState: -1 };

    /// <summary>When all that shall hold the partition are in sync, the rest goes.</summary>
    private void CompleteReassignment()
    {
        if (Removing.Count == 0 && Adding.Count == 0)
        {
            return;
        }

        List<int> isr = [.. Isr.Except(Removing)];
        List<int> replicas = [.. Replicas.Except(Removing)];
        if (isr.Count > 0 && replicas.Count > 0 && Contains(isr, replicas))
        {
            (Isr, Replicas, Removing, Adding) = (isr, replicas, [], []);
        }
    }

    private void Elect(PartitionChangeRecord record)
    {
        var leader = Election == ElectionKind.Preferred && IsValidLeader(Replicas[0]) ? Replicas[0]
            : IsValidLeader(_partition.Leader) ? _partition.Leader
            : Find(IsValidLeader);
        var isUnclean = leader is null && Election == ElectionKind.Unclean;
        if (isUnclean)
        {
            leader = Find(IsAcceptable);
            isUnclean = leader is not null;
        }

        if ((leader ?? PartitionRegistration.NoLeader) == _partition.Leader)
        {
            return;
        }

        record.Leader = new BrokerId(leader ?? PartitionRegistration.NoLeader);
        if (isUnclean)
        {
            // What the others have beyond it is lost.
            record.Isr = [new BrokerId(leader!.Value)];
            if (_partition.LeaderRecoveryState != LeaderRecoveryState.Recovering)
            {
                record.LeaderRecoveryState = (sbyte)LeaderRecoveryState.Recovering;
            }
        }
    }

    private int? Find(Func<int, bool> condition)
    {
        foreach (var replica in Replicas)
        {
            if (condition(replica))
            {
                return replica;
            }
        }

        return null;
    }

    private bool IsValidLeader(int replica) => Isr.Contains(replica) && IsAcceptable(replica);

    /// <summary>It takes part, and its directory works.</summary>
    private bool IsAcceptable(int replica)
        => _isActive(replica)
            && _state.Image.Cluster.TryGetBroker(replica, out var broker)
            && DirectoryIds.IsOnline(DirectoryOf(replica), broker.Directories.AsSpan());

    private Uuid DirectoryOf(int replica)
        => Directories.TryGetValue(replica, out var other) ? other
            : _partition.TryGetDirectory(replica, out var directory) ? directory
            : PartitionRecords.DirectoryFor(_state.Image.Cluster, replica);

    private void SetAssignment(PartitionChangeRecord record)
    {
        if (!Replicas.SequenceEqual(_partition.Replicas))
        {
            record.Replicas = Ids(Replicas);
        }

        if ((record.Replicas is not null || Directories.Count > 0) && _state.Version.IsDirectoryAssignmentSupported)
        {
            List<Uuid> directories = [.. Replicas.Select(DirectoryOf)];
            if (!directories.SequenceEqual(_partition.Directories))
            {
                record.Directories = directories;
            }
        }

        if (!Removing.SequenceEqual(_partition.RemovingReplicas))
        {
            record.RemovingReplicas = Ids(Removing);
        }

        if (!Adding.SequenceEqual(_partition.AddingReplicas))
        {
            record.AddingReplicas = Ids(Adding);
        }
    }
}
