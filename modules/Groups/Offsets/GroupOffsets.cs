namespace Kafka.Modular.Groups.Offsets;

/// <summary>The committed offsets of the groups of one shard. Lives on the shard's loop.</summary>
internal sealed class GroupOffsets
{
    private readonly Dictionary<string, Dictionary<string, SortedDictionary<int, OffsetAndMetadata>>> _byGroup = new(StringComparer.Ordinal);

    /// <summary>The ids of the groups that have committed something.</summary>
    public IReadOnlyCollection<string> GroupIds => _byGroup.Keys;

    public bool HasAny(string groupId) => _byGroup.ContainsKey(groupId);

    public OffsetAndMetadata? Find(string groupId, string topic, int partition)
        => _byGroup.TryGetValue(groupId, out var topics) && topics.TryGetValue(topic, out var partitions)
            ? partitions.GetValueOrDefault(partition)
            : null;

    /// <summary>All that a group has committed, by topic and partition.</summary>
    public IEnumerable<(string Topic, IReadOnlyDictionary<int, OffsetAndMetadata> Partitions)> Of(string groupId)
        => _byGroup.TryGetValue(groupId, out var topics)
            ? topics.Select(static entry => (entry.Key, (IReadOnlyDictionary<int, OffsetAndMetadata>)entry.Value))
            : [];

    public void Put(string groupId, string topic, int partition, OffsetAndMetadata offset)
    {
        if (!_byGroup.TryGetValue(groupId, out var topics))
        {
            _byGroup.Add(groupId, topics = new(StringComparer.Ordinal));
        }

        if (!topics.TryGetValue(topic, out var partitions))
        {
            topics.Add(topic, partitions = []);
        }

        partitions[partition] = offset;
    }

    public void Remove(string groupId, string topic, int partition)
    {
        if (!_byGroup.TryGetValue(groupId, out var topics) || !topics.TryGetValue(topic, out var partitions))
        {
            return;
        }

        partitions.Remove(partition);
        if (partitions.Count == 0)
        {
            topics.Remove(topic);
        }

        if (topics.Count == 0)
        {
            _byGroup.Remove(groupId);
        }
    }
}
