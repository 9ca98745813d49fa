namespace Kafka.Modular.Groups.Classic;

/// <summary>The groups of one shard by id. Lives on the shard's loop.</summary>
internal sealed class ClassicGroupRegistry
{
    private readonly Dictionary<string, ClassicGroup> _groups = new(StringComparer.Ordinal);

    public IReadOnlyCollection<ClassicGroup> All => _groups.Values;

    public ClassicGroup? Find(string groupId) => _groups.GetValueOrDefault(groupId);

    public ClassicGroup GetOrCreate(string groupId, long nowMs)
    {
        if (!_groups.TryGetValue(groupId, out var group))
        {
            group = new ClassicGroup(groupId, nowMs);
            _groups.Add(groupId, group);
        }

        return group;
    }

    public void Put(ClassicGroup group) => _groups[group.GroupId] = group;

    public ClassicGroup? Remove(string groupId)
    {
        _groups.Remove(groupId, out var removed);
        return removed;
    }
}
