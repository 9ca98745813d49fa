using System.Collections.Immutable;
using Kafka.Modular.Metadata.Collections;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Quotas;

/// <summary>The quotas of every entity that has some. Immutable, any thread.</summary>
public sealed class ClientQuotasImage : IEquatable<ClientQuotasImage>
{
    internal ClientQuotasImage(ImmutableDictionary<ClientQuotaEntity, ClientQuotaImage> entities) => Entities = entities;

    /// <summary>No quotas.</summary>
    public static ClientQuotasImage Empty { get; } = new(ImmutableDictionary<ClientQuotaEntity, ClientQuotaImage>.Empty);

    /// <summary>The quotas by entity; none is empty.</summary>
    public ImmutableDictionary<ClientQuotaEntity, ClientQuotaImage> Entities { get; }

    /// <summary>True without quotas.</summary>
    public bool IsEmpty => Entities.IsEmpty;

    /// <inheritdoc/>
    public bool Equals(ClientQuotasImage? other) => other is not null && Entities.ContentEquals(other.Entities);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ClientQuotasImage);

    /// <inheritdoc/>
    public override int GetHashCode() => Entities.Count;

    internal void Write(IMetadataRecordWriter writer)
    {
        foreach (var (entity, quota) in Entities)
        {
            foreach (var (key, value) in quota.Values)
            {
                writer.Write(new MetadataRecord(
                    new ClientQuotaRecord
                    {
                        Entity =
                        [
                            .. entity.Components.Select(component =>
                                new ClientQuotaRecord.EntityData { EntityType = component.Key, EntityName = component.Value }),
                        ],
                        Key = key,
                        Value = value,
                    },
                    0));
            }
        }
    }
}
