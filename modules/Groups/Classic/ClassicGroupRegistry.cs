namespace Kafka.Modular.Groups.Classic;

/// <summary>The groups of one shard by id. Lives on the shard's loop.</summary>
internal sealed class ClassicGroupRegistry
{
    private readonly Dictionary<string, ClassicGroup> groups = new(StringComparer.Ordinal);

    public IReadOnlyCollection<ClassicGroup> All => groups.Values;

    public ClassicGroup? Find(string groupId) => groups.GetValueOrDefault(groupId);

    public ClassicGroup GetOrCreate(string groupId, long nowMs)
    {
        if (!groups.TryGetValue(groupId, out var group))
        {
            group = new ClassicGroup(groupId, nowMs);
            groups.Add(groupId, group);
        }

        return group;
    }

    public void Put(ClassicGroup group) => groups[group.GroupId] = group;

    public ClassicGroup? Remove(string groupId)
    {
        groups.Remove(groupId, out var removed);
        return removed;
    }
}
