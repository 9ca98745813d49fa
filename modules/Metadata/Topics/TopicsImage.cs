using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Collections;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Topics;

/// <summary>The topics by name and by id. Immutable, any thread.</summary>
public sealed class TopicsImage : IEquatable<TopicsImage>
{
    internal TopicsImage(ImmutableDictionary<Uuid, TopicImage> byId, ImmutableDictionary<string, TopicImage> byName)
    {
        ById = byId;
        ByName = byName;
    }

    /// <summary>No topic.</summary>
    public static TopicsImage Empty { get; } =
        new(ImmutableDictionary<Uuid, TopicImage>.Empty, ImmutableDictionary.Create<string, TopicImage>(StringComparer.Ordinal));

    /// <summary>The topics by id.</summary>
    public ImmutableDictionary<Uuid, TopicImage> ById { get; }

    /// <summary>The topics by name.</summary>
    public ImmutableDictionary<string, TopicImage> ByName { get; }

    /// <summary>The number of topics.</summary>
    public int Count => ById.Count;

    /// <summary>True without topics.</summary>
    public bool IsEmpty => ById.IsEmpty;

    /// <summary>Finds a topic by name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out TopicImage? topic) => ByName.TryGetValue(name, out topic);

    /// <summary>Finds a topic by id.</summary>
    public bool TryGet(Uuid id, [NotNullWhen(true)] out TopicImage? topic) => ById.TryGetValue(id, out topic);

    /// <summary>The partition of a topic by name, null without one.</summary>
    public PartitionRegistration? Partition(string name, int index) => TryGet(name, out var topic) ? topic.Partition(index) : null;

    /// <summary>The partition of a topic by id, null without one.</summary>
    public PartitionRegistration? Partition(Uuid id, int index) => TryGet(id, out var topic) ? topic.Partition(index) : null;

    /// <inheritdoc/>
    public bool Equals(TopicsImage? other) => other is not null && ById.ContentEquals(other.ById);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TopicsImage);

    /// <inheritdoc/>
    public override int GetHashCode() => ById.Count;

    internal void Write(IMetadataRecordWriter writer, ImageWriterOptions options)
    {
        foreach (var topic in ById.Values)
        {
            writer.Write(new MetadataRecord(new TopicRecord { Name = topic.Name, TopicId = topic.Id }, 0));
            foreach (var (index, partition) in topic.Partitions)
                writer.Write(PartitionRegistrationRecords.ToRecord(partition, topic.Id, index, options));
        }
    }
}
