using System.Collections.Immutable;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Collections;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Acls;

/// <summary>The ACL bindings. Immutable, any thread.</summary>
public sealed class AclsImage : IEquatable<AclsImage>
{
    internal AclsImage(ImmutableDictionary<Uuid, AclEntry> entries) => Entries = entries;

    /// <summary>No bindings.</summary>
    public static AclsImage Empty { get; } = new(ImmutableDictionary<Uuid, AclEntry>.Empty);

    /// <summary>The bindings by id.</summary>
    public ImmutableDictionary<Uuid, AclEntry> Entries { get; }

    /// <summary>True without bindings.</summary>
    public bool IsEmpty => Entries.IsEmpty;

    /// <inheritdoc/>
    public bool Equals(AclsImage? other) => other is not null && Entries.ContentEquals(other.Entries);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AclsImage);

    /// <inheritdoc/>
    public override int GetHashCode() => Entries.Count;

    internal void Write(IMetadataRecordWriter writer)
    {
        foreach (var (id, entry) in Entries)
        {
            writer.Write(new MetadataRecord(
                new AccessControlEntryRecord
                {
                    Id = id,
                    ResourceType = entry.ResourceType,
                    ResourceName = entry.ResourceName,
                    PatternType = entry.PatternType,
                    Principal = entry.Principal,
                    Host = entry.Host,
                    Operation = entry.Operation,
                    PermissionType = entry.PermissionType,
                },
                0));
        }
    }
}
