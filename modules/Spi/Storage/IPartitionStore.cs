namespace Kafka.Modular.Spi.Storage;

/// <summary>The stored form of one partition: its segments and its small named files.</summary>
/// <remarks>
/// One thread at a time changes it (the log's lock); reads of its segments and blobs are safe from any thread meanwhile.
/// Every member may throw <see cref="LogStoreException"/>. Disposing closes the segments, as a clean shutdown does.
/// </remarks>
public interface IPartitionStore : IDisposable
{
    /// <summary>The present name, changed by <see cref="Rename"/>.</summary>
    string Name { get; }

    /// <summary>The directory that holds the partition.</summary>
    ILogDirectory Directory { get; }

    /// <summary>Producer snapshots, <c>leader-epoch-checkpoint</c>, <c>partition.metadata</c>, <c>quorum-state</c>, metadata snapshots.</summary>
    IBlobStore Blobs { get; }

    /// <summary>Settings for segments; may be replaced while open (dynamic topic configuration), new appends follow it.</summary>
    SegmentOptions Options { get; set; }

    /// <summary>The live segments in order of base offset: those found at opening and those created since, less the deleted and replaced.</summary>
    IReadOnlyList<ISegment> Segments { get; }

    /// <summary>Creates an empty segment at the end of the log. Leftover files of the same name are replaced.</summary>
    ISegment CreateSegment(long baseOffset);

    /// <summary>
    /// Creates a segment that is not part of the log (<c>.cleaned</c>) until <see cref="ReplaceSegments"/>; <see cref="ISegment.DeleteAsync"/>
    /// drops it. A restart before that forgets it.
    /// </summary>
    ISegment CreateReplacement(long baseOffset);

    /// <summary>
    /// Puts replacements in the place of segments, such that a crash at any point leaves either the old or the new ones. The replaced ones
    /// are renamed as by <see cref="ISegment.MarkDeleted"/>; the caller deletes them when readers have had their time.
    /// </summary>
    void ReplaceSegments(IReadOnlyList<ISegment> replacements, IReadOnlyList<ISegment> replaced);

    /// <summary>Renames the partition with all its segments and blobs; leases stay readable.</summary>
    void Rename(string newName);

    /// <summary>Makes the partition's names durable: segments and blobs that were created, renamed or deleted, and the partition's own.</summary>
    void Flush();

    /// <summary>
    /// Closes and deletes the partition with everything in it; completes when the last lease is gone and the bytes are freed. Cancelling
    /// gives up waiting, not deleting.
    /// </summary>
    ValueTask DeleteAsync(CancellationToken cancellationToken);
}
