namespace Kafka.Modular.Spi.Storage;

/// <summary>One log directory: the partitions in it and the small files beside them (<c>meta.properties</c>, checkpoints, clean-shutdown marker).</summary>
/// <remarks>Safe to use from any thread. Disposing closes every partition that is still open and releases the lock.</remarks>
public interface ILogDirectory : IDisposable
{
    /// <summary>The path as configured; every error names it.</summary>
    string Path { get; }

    /// <summary>Bytes that can still be written (KIP-827); <see cref="long.MaxValue"/> where nothing limits them.</summary>
    long UsableBytes { get; }

    /// <summary>Size of the volume in bytes (KIP-827); <see cref="long.MaxValue"/> where nothing limits it.</summary>
    long TotalBytes { get; }

    /// <summary>Small named pieces that belong to the directory itself.</summary>
    IBlobStore Blobs { get; }

    /// <summary>
    /// Names of everything stored as a partition, in ordinal order: <c>topic-0</c>, <c>topic-0.id-delete</c>, <c>topic-0.id-future</c>,
    /// <c>__cluster_metadata-0</c>. The store does not interpret them.
    /// </summary>
    IReadOnlyList<string> ListPartitions();

    /// <summary>Whether a partition of this name is stored.</summary>
    bool ContainsPartition(string name);

    /// <summary>
    /// Opens a partition, creating it where it is missing. What a crash left of a replacement or deletion is completed or undone first:
    /// <c>.deleted</c> and <c>.cleaned</c> files go, <c>.swap</c> files take their place (KAFKA-6264).
    /// </summary>
    /// <param name="name">Name of the partition, one that is not open yet.</param>
    /// <param name="options">Settings of its segments; see <see cref="IPartitionStore.Options"/>.</param>
    /// <param name="nextOffsetOf">Reads a segment's last offset plus one from its batches; called for swapped-in segments only.</param>
    /// <exception cref="LogStoreException">The files cannot be read or created.</exception>
    IPartitionStore OpenPartition(string name, SegmentOptions options, Func<ISegment, long> nextOffsetOf);

    /// <summary>Makes the names of the directory durable: partitions and blobs that were created, renamed or deleted.</summary>
    /// <exception cref="LogStoreException">The directory could not be flushed.</exception>
    void Flush();
}
