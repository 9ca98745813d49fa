using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Topics;

/// <summary>What changed in a topic. Metadata loop only; publishers read it while they are called.</summary>
public sealed class TopicDelta
{
    // A record beyond this is damaged: no cluster has a topic of that size.
    private const int MaxPartitionId = (1 << 24) - 1;

    private readonly Dictionary<int, PartitionRegistration> _changes = [];

    /// <param name="before">The topic in the image before, null if it was not there.</param>
    /// <param name="name">Its name.</param>
    /// <param name="id">Its id.</param>
    /// <param name="isWhole">True when records name every partition: what they do not name is gone.</param>
    internal TopicDelta(TopicImage? before, string name, Uuid id, bool isWhole)
    {
        Before = before ?? new TopicImage(name, id, []);
        IsNew = before is null;
        IsWhole = isWhole;
    }

    /// <summary>The topic before; without partitions when it is new.</summary>
    public TopicImage Before { get; }

    /// <summary>Whether the image before did not have the topic.</summary>
    public bool IsNew { get; }

    /// <summary>The name.</summary>
    public string Name => Before.Name;

    /// <summary>The id.</summary>
    public Uuid Id => Before.Id;

    /// <summary>Changed and new partitions as they are afterwards, by index.</summary>
    public IReadOnlyDictionary<int, PartitionRegistration> PartitionChanges => _changes;

    /// <summary>How many leaders were elected outside of the ISR and its eligible replicas.</summary>
    public int UncleanElections { get; private set; }

    /// <summary>How many leaders came from the eligible leader replicas (KIP-966).</summary>
    public int EligibleReplicaElections { get; private set; }

    private bool IsWhole { get; }

    /// <summary>The partitions before that are gone afterwards, by index. Empty except when a snapshot replaced the topic.</summary>
    public IEnumerable<KeyValuePair<int, PartitionRegistration>> RemovedPartitions =>
        IsWhole ? Before.Partitions.Where(entry => !_changes.ContainsKey(entry.Key)) : [];

    internal void Replay(PartitionRecord record)
    {
        if (record.PartitionId is < 0 or > MaxPartitionId)
            throw new MetadataReplayException($"Partition {record.PartitionId} of topic {Name} is out of range.");
        if (Current(record.PartitionId) is { } previous)
            CountElection(previous, record.Leader, record.LeaderRecoveryState);
        _changes[record.PartitionId] = PartitionRegistrationRecords.FromRecord(record);
    }

    internal void Replay(PartitionChangeRecord record)
    {
        var previous = Current(record.PartitionId)
            ?? throw new MetadataReplayException($"Partition {record.PartitionId} of topic {Name} ({Id}) changes and does not exist.");
        CountElection(previous, record.Leader, record.LeaderRecoveryState);
        _changes[record.PartitionId] = PartitionRegistrationRecords.Merge(previous, record);
    }

    internal void ClearEligibleLeaderReplicas()
    {
        var indexes = IsWhole ? _changes.Keys : Before.Partitions.Select(entry => entry.Key).Union(_changes.Keys);
        foreach (var index in indexes.ToArray())
        {
            var partition = Current(index)!;
            if (partition.EligibleLeaderReplicas.IsEmpty && partition.LastKnownEligibleLeaderReplicas.IsEmpty)
                continue;
            _changes[index] = partition with
            {
                EligibleLeaderReplicas = default,
                LastKnownEligibleLeaderReplicas = default,
                PartitionEpoch = partition.PartitionEpoch + 1,
            };
        }
    }

    internal TopicImage Apply() => IsWhole ? new TopicImage(Name, Id, []).With(_changes) : Before.With(_changes);

    internal void CollectLocalChanges(int brokerId, LocalReplicaChanges changes)
    {
        foreach (var (index, partition) in _changes)
            changes.Add(brokerId, Name, Id, index, Before.Partition(index), partition);
        foreach (var (index, partition) in RemovedPartitions)
            changes.Add(brokerId, Name, Id, index, partition, after: null);
    }

    private PartitionRegistration? Current(int index)
    {
        if (_changes.TryGetValue(index, out var changed))
            return changed;
        return IsWhole ? null : Before.Partition(index);
    }

    private void CountElection(PartitionRegistration previous, int leader, sbyte recoveryState)
    {
        if (recoveryState == (sbyte)LeaderRecoveryState.Recovering)
            UncleanElections++;
        if (previous.EligibleLeaderReplicas.Contains(leader))
            EligibleReplicaElections++;
    }
}
