namespace Kafka.Modular.Spi.Storage;

/// <summary>
/// One segment of a partition: record batches back to back, an index of offsets, one of timestamps and one of aborted transactions.
/// The store never looks into a batch; it is told what the indexes need.
/// </summary>
/// <remarks>
/// One thread at a time appends, truncates, reindexes, renames or deletes; lookups and reads are safe from any thread meanwhile.
/// Indexes are sparse and may be read from disk on demand. I/O errors are <see cref="LogStoreException"/>s.
/// </remarks>
public interface ISegment
{
    /// <summary>Offset in the segment's name; no record in it is below.</summary>
    long BaseOffset { get; }

    /// <summary>Where it is stored, for log lines.</summary>
    string Location { get; }

    /// <summary>Bytes of batches in it.</summary>
    int Size { get; }

    /// <summary>When it was last appended to, by the injected clock, or what was set (the cleaner keeps the time of what it cleaned).</summary>
    DateTimeOffset LastModified { get; set; }

    /// <summary>
    /// Largest timestamp and its offset among what was appended, or as the time index last held it after reopening;
    /// <see cref="TimestampOffset.None"/> with the base offset when unknown.
    /// </summary>
    TimestampOffset LargestTimestamp { get; }

    /// <summary>Whether an index has no room for another entry (<see cref="SegmentOptions.MaxIndexBytes"/>), so that the log must roll.</summary>
    bool IsIndexFull { get; }

    /// <summary>
    /// Appends whole batches. Where the bytes cannot be written completely, none count: the size is as before.
    /// </summary>
    /// <param name="bytes">One or more batches, as they are to be stored.</param>
    /// <param name="batches">One entry per batch in order; their lengths add up to <paramref name="bytes"/>.</param>
    /// <returns>Position of the first byte.</returns>
    /// <exception cref="LogStoreException">Writing failed; <see cref="LogStoreException.IsDiskFull"/> tells whether for want of room.</exception>
    /// <exception cref="ArgumentException">An offset does not fit the segment, or the lengths do not add up.</exception>
    int Append(ReadOnlySpan<byte> bytes, ReadOnlySpan<BatchEntry> batches);

    /// <summary>Where to begin to look for an offset: the last index entry at or below it, or the start of the segment.</summary>
    OffsetPosition FindPosition(long offset);

    /// <summary>
    /// The last time index entry at or below a timestamp: records up to its offset are older than or as old as the timestamp;
    /// <see cref="TimestampOffset.None"/> with the base offset where there is none.
    /// </summary>
    TimestampOffset FindTimestamp(long timestamp);

    /// <summary>
    /// Leases bytes for sending or reading. The length is cut at the size; truncation and deletion wait until the lease is disposed.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The segment was closed or deleted.</exception>
    ILogLease Lease(int position, int length);

    /// <summary>Reads bytes at a position into a buffer, without a lease; returns how many, fewer at the end of the segment.</summary>
    int Read(int position, Span<byte> destination);

    /// <summary>Adds an aborted transaction; they come in order of last offset.</summary>
    void AppendAbortedTransaction(in AbortedTransaction transaction);

    /// <summary>Adds the aborted transactions that overlap [<paramref name="fromOffset"/>, <paramref name="toOffset"/>) to a list.</summary>
    /// <returns>True when a later segment cannot add more: one with a last stable offset at or above <paramref name="toOffset"/> was seen.</returns>
    bool CollectAbortedTransactions(long fromOffset, long toOffset, ICollection<AbortedTransaction> destination);

    /// <summary>
    /// Checks the index files, cheaply unless <paramref name="full"/>: that they exist, have whole entries, and begin and end in the segment; when
    /// full, also that every entry is in order and inside the segment.
    /// </summary>
    SegmentIndexState CheckIndexes(bool full);

    /// <summary>Empties all three indexes; the caller then feeds every batch with <see cref="Reindex"/>.</summary>
    void BeginReindex();

    /// <summary>Tells of a batch that stands at a position, in order, as <see cref="Append"/> would have.</summary>
    void Reindex(int position, in BatchEntry batch);

    /// <summary>
    /// Cuts the segment: bytes at and after a position go, with index entries for offsets at and above <paramref name="offset"/>. Leases that
    /// reach beyond the position are waited for; new ones end before it at once. With none it completes synchronously.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled while waiting; nothing was cut.</exception>
    ValueTask TruncateAsync(long offset, int position, CancellationToken cancellationToken);

    /// <summary>
    /// Ends appending: the largest timestamp gets its index entry, room allocated ahead is returned, buffered index entries are written.
    /// </summary>
    void Seal();

    /// <summary>Makes bytes and index entries durable, with the segment's name. May run beside an append; then at least what was there before it is durable.</summary>
    void Flush();

    /// <summary>Takes the segment out of the log (<c>.deleted</c>): a restart will not see it, leases and reads go on.</summary>
    void MarkDeleted();

    /// <summary>
    /// Deletes the segment, marked or not; no new lease is given. Completes when the last lease is gone and the bytes are freed.
    /// Cancelling gives up waiting, not deleting.
    /// </summary>
    ValueTask DeleteAsync(CancellationToken cancellationToken);
}
