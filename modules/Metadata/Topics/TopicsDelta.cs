using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Topics;

/// <summary>Which topics were created, changed and deleted. Metadata loop only; publishers read it while they are called.</summary>
public sealed class TopicsDelta
{
    private readonly Dictionary<Uuid, TopicDelta> _changed = [];
    private readonly Dictionary<Uuid, TopicImage> _deleted = [];
    private readonly Dictionary<string, Uuid> _created = new(StringComparer.Ordinal);

    internal TopicsDelta(TopicsImage before) => Before = before;

    /// <summary>The topics before.</summary>
    public TopicsImage Before { get; }

    /// <summary>Created and changed topics by id; none that was deleted again.</summary>
    public IReadOnlyDictionary<Uuid, TopicDelta> Changed => _changed;

    /// <summary>Topics of the image before that are gone, by id. A topic that was created and deleted within the delta leaves no trace.</summary>
    public IReadOnlyDictionary<Uuid, TopicImage> Deleted => _deleted;

    /// <summary>Topics that the image before did not have under this id, by name.</summary>
    public IReadOnlyDictionary<string, Uuid> Created => _created;

    /// <summary>Whether the topic that had this name before was deleted, also when another one took the name.</summary>
    public bool WasDeleted(string name) => Before.TryGet(name, out var topic) && _deleted.ContainsKey(topic.Id);

    /// <summary>What the delta means for the replicas of <paramref name="brokerId"/>.</summary>
    public LocalReplicaChanges LocalChanges(int brokerId)
    {
        var changes = new LocalReplicaChanges();
        foreach (var topic in _deleted.Values)
        {
            foreach (var (index, partition) in topic.Partitions)
                changes.Add(brokerId, topic.Name, topic.Id, index, partition, after: null);
        }

        foreach (var topic in _changed.Values)
            topic.CollectLocalChanges(brokerId, changes);
        return changes;
    }

    internal void Replay(TopicRecord record)
    {
        Before.TryGet(record.TopicId, out var before);
        _changed[record.TopicId] = new TopicDelta(before, record.Name, record.TopicId, isWhole: true);
        _deleted.Remove(record.TopicId);
        if (before is null)
            _created[record.Name] = record.TopicId;
    }

    internal void Replay(PartitionRecord record) => Change(record.TopicId).Replay(record);

    internal void Replay(PartitionChangeRecord record) => Change(record.TopicId).Replay(record);

    internal void Replay(ClearElrRecord record)
    {
        if (record.TopicName.Length > 0)
        {
            // A topic that was deleted and created again within the delta is the one that is meant.
            if (_created.TryGetValue(record.TopicName, out var id))
                Change(id).ClearEligibleLeaderReplicas();
            else if (Before.TryGet(record.TopicName, out var topic))
                ClearUnlessDeleted(topic.Id);
            else
                throw new MetadataReplayException($"The eligible leader replicas of topic {record.TopicName} are cleared and there is no such topic.");
            return;
        }

        foreach (var id in Before.ById.Keys.Union(_changed.Keys).ToArray())
            ClearUnlessDeleted(id);
    }

    /// <summary>Replays the deletion and gives the name of the topic.</summary>
    internal string Replay(RemoveTopicRecord record)
    {
        _changed.Remove(record.TopicId, out var changed);
        if (Before.TryGet(record.TopicId, out var before) && _deleted.TryAdd(record.TopicId, before))
            return before.Name;
        if (changed is null)
            throw new MetadataReplayException($"Topic {record.TopicId} is deleted and does not exist.");
        if (_created.TryGetValue(changed.Name, out var id) && id == record.TopicId)
            _created.Remove(changed.Name);
        return changed.Name;
    }

    internal void FinishSnapshot()
    {
        foreach (var (id, topic) in Before.ById)
        {
            if (!_changed.ContainsKey(id))
                _deleted[id] = topic;
        }
    }

    internal TopicsImage Apply()
    {
        if (_changed.Count == 0 && _deleted.Count == 0)
            return Before;
        var byId = Before.ById.ToBuilder();
        var byName = Before.ByName.ToBuilder();
        foreach (var topic in _deleted.Values)
        {
            byId.Remove(topic.Id);
            byName.Remove(topic.Name);
        }

        foreach (var delta in _changed.Values)
        {
            var topic = delta.Apply();
            byId[topic.Id] = topic;
            byName[topic.Name] = topic;
        }

        return new TopicsImage(byId.ToImmutable(), byName.ToImmutable());
    }

    private TopicDelta Change(Uuid id)
    {
        if (_changed.TryGetValue(id, out var delta))
            return delta;
        if (!Before.TryGet(id, out var before) || _deleted.ContainsKey(id))
            throw new MetadataReplayException($"Topic {id} changes and does not exist.");
        return _changed[id] = new TopicDelta(before, before.Name, id, isWhole: false);
    }

    private void ClearUnlessDeleted(Uuid id)
    {
        if (!_deleted.ContainsKey(id))
            Change(id).ClearEligibleLeaderReplicas();
    }
}
