using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Metadata.Topics;

/// <summary>What a delta means for the replicas of one broker: which to lead, to follow and to delete. Metadata loop only.</summary>
public sealed class LocalReplicaChanges
{
    private readonly Dictionary<TopicPartition, LocalReplica> _leaders = [];
    private readonly Dictionary<TopicPartition, LocalReplica> _followers = [];
    private readonly Dictionary<TopicPartition, Uuid> _deleted = [];

    internal LocalReplicaChanges()
    {
    }

    /// <summary>Partitions that the broker leads and whose state changed.</summary>
    public IReadOnlyDictionary<TopicPartition, LocalReplica> Leaders => _leaders;

    /// <summary>Partitions that the broker follows and whose state changed.</summary>
    public IReadOnlyDictionary<TopicPartition, LocalReplica> Followers => _followers;

    /// <summary>Partitions that the broker held and holds no more, with the id of their topic.</summary>
    public IReadOnlyDictionary<TopicPartition, Uuid> Deleted => _deleted;

    /// <summary>True when nothing changed for the broker.</summary>
    public bool IsEmpty => _leaders.Count == 0 && _followers.Count == 0 && _deleted.Count == 0;

    internal void Add(int brokerId, string topic, Uuid topicId, int index, PartitionRegistration? before, PartitionRegistration? after)
    {
        var partition = new TopicPartition(topic, index);
        var wasReplica = before is not null && before.Replicas.Contains(brokerId);
        if (after is null || !after.Replicas.Contains(brokerId))
        {
            if (wasReplica)
                _deleted[partition] = topicId;
            return;
        }

        if (before is not null && before.PartitionEpoch == after.PartitionEpoch)
            return;
        after.TryGetDirectory(brokerId, out var directory);
        Uuid previousDirectory = default;
        var hadDirectory = wasReplica && before!.TryGetDirectory(brokerId, out previousDirectory);
        var change = new LocalReplica(
            topicId,
            after,
            IsElection: before is null || before.LeaderEpoch != after.LeaderEpoch,
            IsNew: !wasReplica,
            IsDirectoryChange: !hadDirectory || previousDirectory != directory);
        (after.Leader == brokerId ? _leaders : _followers)[partition] = change;
    }
}
