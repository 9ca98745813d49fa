using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Collections;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Acls;

/// <summary>Which ACL bindings changed. Metadata loop only; publishers read it while they are called.</summary>
public sealed class AclsDelta
{
    private readonly Dictionary<Uuid, AclEntry?> _changes = [];

    internal AclsDelta(AclsImage before) => Before = before;

    /// <summary>The bindings before.</summary>
    public AclsImage Before { get; }

    /// <summary>New bindings by id; null for one that is gone.</summary>
    public IReadOnlyDictionary<Uuid, AclEntry?> Changes => _changes;

    internal void Replay(AccessControlEntryRecord record) => _changes[record.Id] = new AclEntry(
        record.ResourceType,
        record.ResourceName,
        record.PatternType,
        record.Principal,
        record.Host,
        record.Operation,
        record.PermissionType);

    internal void Replay(RemoveAccessControlEntryRecord record)
    {
        var isThere = _changes.TryGetValue(record.Id, out var changed) ? changed is not null : Before.Entries.ContainsKey(record.Id);
        if (!isThere)
            throw new MetadataReplayException($"The ACL binding {record.Id} is removed and does not exist.");
        // One that was made within the delta leaves no trace.
        if (Before.Entries.ContainsKey(record.Id))
            _changes[record.Id] = null;
        else
            _changes.Remove(record.Id);
    }

    internal void FinishSnapshot() => Before.Entries.RemoveUnnamed(_changes);

    internal AclsImage Apply() => _changes.Count == 0 ? Before : new AclsImage(Before.Entries.WithChanges(_changes));
}
