namespace Kafka.Modular.Raft.Log;

/// <summary>
/// The partition log of <c>__cluster_metadata-0</c> as the quorum uses it. The host satisfies it with LogStorage. It is called on the Raft loop only, one
/// member at a time: what is asynchronous is waited for before the next call.
/// </summary>
/// <remarks>Every member may throw <see cref="IOException"/>; the quorum then stops on this node.</remarks>
public interface IRaftLog
{
    /// <summary>Offset of the first record that is kept.</summary>
    long StartOffset { get; }

    /// <summary>Offset that the next record gets.</summary>
    long EndOffset { get; }

    /// <summary>The leader epochs with the offset each began at, ascending, as in <c>leader-epoch-checkpoint</c>; read once, when the replica starts.</summary>
    IReadOnlyList<EpochStart> EpochStarts { get; }

    /// <summary>Size of all segments in bytes.</summary>
    long SizeInBytes { get; }

    /// <summary>
    /// Appends whole record batches of magic 2 that follow the end of the log. They carry offsets, leader epochs and checksums already and are stored
    /// as they are.
    /// </summary>
    void Append(ReadOnlyMemory<byte> batches);

    /// <summary>
    /// Whole batches from the one that holds <paramref name="offset"/> on: at most <paramref name="maxBytes"/> bytes, but at least one batch; empty at the
    /// end of the log. The bytes stay good for as long as they are referenced.
    /// </summary>
    ReadOnlyMemory<byte> Read(long offset, int maxBytes);

    /// <summary>Removes all records at and above <paramref name="endOffset"/>, which is where a batch begins.</summary>
    ValueTask TruncateToAsync(long endOffset);

    /// <summary>Removes all records and lets the log start and end at <paramref name="offset"/>, durably: a snapshot that ends there replaces them.</summary>
    ValueTask TruncateFullyToAsync(long offset);

    /// <summary>Raises the start of the log; segments wholly below it may be deleted.</summary>
    void AdvanceStartTo(long offset);

    /// <summary>Makes everything appended so far survive a loss of power.</summary>
    void Flush();

    /// <summary>The offset below which records are committed; it never goes back while the replica runs.</summary>
    void UpdateHighWatermark(long offset);
}
