using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Quotas;

/// <summary>Which quotas changed. Metadata loop only; publishers read it while they are called.</summary>
public sealed class ClientQuotasDelta
{
    private readonly Dictionary<ClientQuotaEntity, Dictionary<string, double?>> _changes = [];

    internal ClientQuotasDelta(ClientQuotasImage before) => Before = before;

    /// <summary>The quotas before.</summary>
    public ClientQuotasImage Before { get; }

    /// <summary>The entities with changed quotas.</summary>
    public IReadOnlyCollection<ClientQuotaEntity> ChangedEntities => _changes.Keys;

    /// <summary>New values of an entity by quota key, null for one that is gone; empty for an entity that did not change.</summary>
    public IReadOnlyDictionary<string, double?> Changes(ClientQuotaEntity entity) =>
        _changes.TryGetValue(entity, out var changes) ? changes : new Dictionary<string, double?>(StringComparer.Ordinal);

    internal void Replay(ClientQuotaRecord record)
    {
        var entity = new ClientQuotaEntity(
            record.Entity.Select(component => KeyValuePair.Create<string, string?>(component.EntityType, component.EntityName)));
        Change(entity)[record.Key] = record.Remove ? null : record.Value;
    }

    internal void FinishSnapshot()
    {
        foreach (var (entity, quota) in Before.Entities)
        {
            var changes = Change(entity);
            foreach (var key in quota.Values.Keys)
                changes.TryAdd(key, null);
        }
    }

    internal ClientQuotasImage Apply()
    {
        if (_changes.Count == 0)
            return Before;
        var entities = Before.Entities.ToBuilder();
        foreach (var (entity, changes) in _changes)
        {
            var values = Before.Entities.GetValueOrDefault(entity, ClientQuotaImage.Empty).Values.ToBuilder();
            foreach (var (key, value) in changes)
            {
                if (value is { } set)
                    values[key] = set;
                else
                    values.Remove(key);
            }

            if (values.Count == 0)
                entities.Remove(entity);
            else
                entities[entity] = new ClientQuotaImage(values.ToImmutable());
        }

        return new ClientQuotasImage(entities.ToImmutable());
    }

    private Dictionary<string, double?> Change(ClientQuotaEntity entity)
    {
        if (!_changes.TryGetValue(entity, out var changes))
            _changes[entity] = changes = new Dictionary<string, double?>(StringComparer.Ordinal);
        return changes;
    }
}
