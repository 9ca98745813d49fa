using System.Diagnostics.CodeAnalysis;
using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Metadata.Topics;

/// <summary>A topic with its partitions. Immutable, any thread; a change of one partition copies this topic's table of references and no other's.</summary>
public sealed class TopicImage : IEquatable<TopicImage>
{
    private readonly PartitionRegistration?[] _partitions;

    internal TopicImage(string name, Uuid id, PartitionRegistration?[] partitions)
    {
        Name = name;
        Id = id;
        _partitions = partitions;
        PartitionCount = partitions.Count(partition => partition is not null);
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The id, which differs from that of an earlier topic of the same name (KIP-516).</summary>
    public Uuid Id { get; }

    /// <summary>The number of partitions.</summary>
    public int PartitionCount { get; }

    /// <summary>The partitions by index, ascending.</summary>
    public IEnumerable<KeyValuePair<int, PartitionRegistration>> Partitions
    {
        get
        {
            for (var index = 0; index < _partitions.Length; index++)
            {
                if (_partitions[index] is { } partition)
                    yield return new KeyValuePair<int, PartitionRegistration>(index, partition);
            }
        }
    }

    /// <summary>The partition at <paramref name="index"/>, null without one.</summary>
    public PartitionRegistration? Partition(int index) =>
        (uint)index < (uint)_partitions.Length ? _partitions[index] : null;

    /// <summary>Finds the partition at <paramref name="index"/>.</summary>
    public bool TryGetPartition(int index, [NotNullWhen(true)] out PartitionRegistration? partition)
    {
        partition = Partition(index);
        return partition is not null;
    }

    /// <inheritdoc/>
    public bool Equals(TopicImage? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Name == other.Name && Id == other.Id && _partitions.AsSpan().SequenceEqual(other._partitions));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TopicImage);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Name, PartitionCount);

    /// <summary>Name, id and number of partitions.</summary>
    public override string ToString() => $"{Name} ({Id}, {PartitionCount} partitions)";

    /// <summary>A topic whose table has the changed partitions in it.</summary>
    internal TopicImage With(IReadOnlyDictionary<int, PartitionRegistration> changes)
    {
        if (changes.Count == 0)
            return this;
        var length = Math.Max(_partitions.Length, changes.Keys.Max() + 1);
        var partitions = new PartitionRegistration?[length];
        _partitions.CopyTo(partitions.AsSpan());
        foreach (var (index, partition) in changes)
            partitions[index] = partition;
        return new TopicImage(Name, Id, partitions);
    }
}
