using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Raft.Voters;

/// <summary>
/// Identifies one replica of the metadata log: the node and the log directory that holds it (KIP-853). A directory id of zero
/// means that it is not known, as with voters from <c>controller.quorum.voters</c>.
/// </summary>
/// <param name="Id">Node id, negative for a replica without an identity.</param>
/// <param name="DirectoryId">Id of the metadata log directory from <c>meta.properties</c>, or zero.</param>
public readonly record struct ReplicaKey(int Id, Uuid DirectoryId) : IComparable<ReplicaKey>
{
    /// <summary>True when the directory id is known.</summary>
    public bool HasDirectory => DirectoryId != default;

    /// <summary>Orders by node id, then by directory id.</summary>
    public int CompareTo(ReplicaKey other)
    {
        var byId = Id.CompareTo(other.Id);
        return byId != 0 ? byId : DirectoryId.CompareTo(other.DirectoryId);
    }

    /// <summary>
    /// True when <paramref name="other"/> is this replica: the ids are equal and the directory ids too, where this one has one.
    /// </summary>
    public bool Matches(ReplicaKey other) => Id == other.Id && (!HasDirectory || DirectoryId == other.DirectoryId);

    /// <summary>Orders by node id, then by directory id.</summary>
    public static bool operator <(ReplicaKey left, ReplicaKey right) => left.CompareTo(right) < 0;

    /// <summary>Orders by node id, then by directory id.</summary>
    public static bool operator >(ReplicaKey left, ReplicaKey right) => left.CompareTo(right) > 0;

    /// <summary>Orders by node id, then by directory id.</summary>
    public static bool operator <=(ReplicaKey left, ReplicaKey right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by node id, then by directory id.</summary>
    public static bool operator >=(ReplicaKey left, ReplicaKey right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => HasDirectory ? $"{Id}@{DirectoryId}" : $"{Id}";
}
