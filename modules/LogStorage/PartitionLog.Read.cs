using Kafka.Modular.LogStorage.Segments;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Compression;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage;

public sealed partial class PartitionLog
{
    /// <summary>Segments may be deleted between finding and leasing; then it is looked for again.</summary>
    private const int ReadAttempts = 4;

    /// <summary>Reads whole batches from the one that holds an offset on. Takes no lock; allocates the lease alone.</summary>
    /// <param name="offset">First offset wanted; the batch that it lies in comes whole.</param>
    /// <param name="maxBytes">Most bytes.</param>
    /// <param name="isolation">How far to read.</param>
    /// <param name="minOneMessage">Whether the first batch is given even if it is larger than <paramref name="maxBytes"/> (KIP-74).</param>
    /// <exception cref="LogStoreException">The segment could not be read.</exception>
    public LogReadResult Read(long offset, int maxBytes, ReadIsolation isolation, bool minOneMessage)
    {
        for (var attempt = 1; ; attempt++)
        {
            var segments = _segments;
            var start = LogStartOffset;
            var end = _end.Value;
            var highWatermark = _highWatermark.Value;
            var stable = StableOffset(highWatermark.Offset);
            var result = new LogReadResult
            {
                HighWatermark = highWatermark.Offset,
                LastStableOffset = stable,
                LogStartOffset = start,
                LogEndOffset = end.Offset,
            };
            if (offset < start || offset > end.Offset)
                return result with { Error = ErrorCode.OffsetOutOfRange };
            var limit = isolation switch
            {
                ReadIsolation.LogEnd => end,
                ReadIsolation.HighWatermark => highWatermark,
                _ => stable == highWatermark.Offset ? highWatermark : new LogPosition(stable, Segment: null, Position: 0),
            };
            if (limit.Segment is null && limit.Offset == end.Offset)
                limit = end;
            if (offset >= limit.Offset)
                return isolation == ReadIsolation.Committed ? result with { AbortedTransactions = [] } : result;
            try
            {
                return ReadSegments(segments, offset, maxBytes, minOneMessage, in limit, isolation, in result);
            }
            catch (ObjectDisposedException)
            {
                // The segment was deleted meanwhile: look again at what is there now, unless the whole log is closed.
                if (_isClosed || attempt == ReadAttempts)
                    return result with { Error = ErrorCode.NotLeaderOrFollower };
            }
        }
    }

    /// <summary>Copies whole batches from the one that holds an offset on, at least one where there is one; empty at the end of the log.</summary>
    /// <exception cref="LogStoreException">The segment could not be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The offset is outside of the log.</exception>
    public ReadOnlyMemory<byte> ReadBatches(long offset, int maxBytes)
    {
        var result = Read(offset, maxBytes, ReadIsolation.LogEnd, minOneMessage: true);
        if (result.Error != ErrorCode.None)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset), offset, $"{TopicPartition} holds offsets {result.LogStartOffset} to {result.LogEndOffset}.");
        }

        using var lease = result.Lease;
        if (lease is null)
            return default;
        var bytes = new byte[lease.Length];
        var length = 0;
        for (int read; length < bytes.Length && (read = lease.Read(length, bytes.AsSpan(length))) > 0;)
            length += read;
        var batches = new RecordBatchEnumerator(bytes.AsSpan(0, length));
        while (batches.MoveNext())
        {
        }

        return bytes.AsMemory(0, batches.NextPosition);
    }

    /// <summary>Finds an offset by timestamp, or one of the special ones of <see cref="ListOffsetsTimestamp"/>.</summary>
    /// <returns>
    /// Null where no record is as young; an offset of -1 where the question has no answer in a log without tiered storage. The handler
    /// applies the isolation level to <see cref="ListOffsetsTimestamp.Latest"/>.
    /// </returns>
    /// <exception cref="LogStoreException">A segment could not be read.</exception>
    public OffsetForTimestamp? FindOffset(long timestamp) => timestamp switch
    {
        ListOffsetsTimestamp.Earliest or ListOffsetsTimestamp.EarliestLocal => EarliestOffset(),
        ListOffsetsTimestamp.Latest => new OffsetForTimestamp(-1, LogEndOffset, LatestEpoch),
        ListOffsetsTimestamp.Max => FindMaxTimestamp(),
        ListOffsetsTimestamp.LatestTiered or ListOffsetsTimestamp.EarliestPendingUpload => new OffsetForTimestamp(-1, -1, -1),
        _ => SearchTimestamp(timestamp),
    };

    /// <summary>The aborted transactions that overlap a range of offsets.</summary>
    /// <param name="fromOffset">First offset.</param>
    /// <param name="toOffset">Offset behind the last one.</param>
    public IReadOnlyList<AbortedTransaction> CollectAbortedTransactions(long fromOffset, long toOffset) =>
        CollectAborted(_segments, FloorIndex(_segments, fromOffset), fromOffset, toOffset);

    private static LogReadResult ReadSegments(
        LogSegment[] segments,
        long offset,
        int maxBytes,
        bool minOneMessage,
        in LogPosition limit,
        ReadIsolation isolation,
        in LogReadResult result)
    {
        for (var index = Math.Max(FloorIndex(segments, offset), 0); index < segments.Length; index++)
        {
            var segment = segments[index];
            if (segment.BaseOffset >= limit.Offset)
                break;
            if (!segment.TryFind(offset, out var position, out var firstSize))
                continue;
            var available = LimitPosition(segments, index, in limit) - position;
            if (available <= 0 || (firstSize > maxBytes && !minOneMessage))
                break;
            var lease = segment.Store.Lease(position, Math.Min(available, Math.Max(maxBytes, firstSize)));
            try
            {
                return result with
                {
                    Lease = lease,
                    AbortedTransactions = isolation == ReadIsolation.Committed
                        ? CollectAborted(segments, index, offset, UpperBound(segments, index, in limit))
                        : null,
                };
            }
            catch
            {
                // Truncation and deletion would wait for it for ever.
                lease.Dispose();
                throw;
            }
        }

        return isolation == ReadIsolation.Committed ? result with { AbortedTransactions = [] } : result;
    }

    /// <summary>Position in a segment at which reading must stop.</summary>
    private static int LimitPosition(LogSegment[] segments, int index, in LogPosition limit)
    {
        var segment = segments[index];
        if (ReferenceEquals(segment, limit.Segment))
            return limit.Position;
        if (index + 1 < segments.Length && segments[index + 1].BaseOffset <= limit.Offset)
            return segment.Size;
        _ = segment.TryFind(limit.Offset, out var position, out _);
        return position;
    }

    /// <summary>An offset that no record of the segment below the limit reaches.</summary>
    private static long UpperBound(LogSegment[] segments, int index, in LogPosition limit) =>
        index + 1 < segments.Length ? Math.Min(segments[index + 1].BaseOffset, limit.Offset) : limit.Offset;

    private static List<AbortedTransaction> CollectAborted(LogSegment[] segments, int index, long from, long to)
    {
        var found = new List<AbortedTransaction>();
        for (index = Math.Max(index, 0); index < segments.Length; index++)
        {
            if (segments[index].Store.CollectAbortedTransactions(from, to, found))
                break;
        }

        return found;
    }

    private OffsetForTimestamp EarliestOffset()
    {
        var start = LogStartOffset;
        var epochs = _epochs.Entries;
        return new OffsetForTimestamp(-1, start, epochs.Count > 0 && epochs[0].StartOffset <= start ? epochs[0].Epoch : null);
    }

    private OffsetForTimestamp? FindMaxTimestamp()
    {
        LogSegment? latest = null;
        var segments = _segments;
        foreach (var segment in segments)
        {
            if (segment.Store.LargestTimestamp.Timestamp >= 0
                && (latest is null || segment.Store.LargestTimestamp.Timestamp > latest.Store.LargestTimestamp.Timestamp))
            {
                latest = segment;
            }
        }

        if (latest is null)
            return null;
        // The time index may have lost its last entries in a crash, then a later batch can be as young: the first with the maximum counts.
        var largest = latest.Store.LargestTimestamp;
        using var reader = new SegmentBatchReader(
            latest.Store, latest.Store.FindPosition(Math.Max(largest.Offset, latest.BaseOffset)).Position, latest.Size);
        while (reader.MoveNext(whole: false))
        {
            if (reader.Current.MaxTimestamp == largest.Timestamp && reader.LoadWhole())
                return FindInBatch(reader, largest.Timestamp, LogStartOffset);
        }

        return null;
    }

    private OffsetForTimestamp? SearchTimestamp(long timestamp)
    {
        var start = LogStartOffset;
        var end = LogEndOffset;
        foreach (var segment in _segments)
        {
            // Where no record has a timestamp the segment's own time counts, as it does for retention.
            if (segment.LargestTimestamp < timestamp)
                continue;
            var from = segment.Store.FindTimestamp(timestamp);
            using var reader = new SegmentBatchReader(
                segment.Store, segment.Store.FindPosition(Math.Max(from.Offset, segment.BaseOffset)).Position, segment.Size);
            while (reader.MoveNext(whole: false))
            {
                var batch = reader.Current;
                if (batch.BaseOffset >= end)
                    return null;
                if (batch.MaxTimestamp >= timestamp && batch.LastOffset >= start && reader.LoadWhole()
                    && FindInBatch(reader, timestamp, start) is { } found)
                {
                    return found;
                }
            }
        }

        return null;
    }

    /// <summary>The first record of a batch that is at or above both a timestamp and an offset.</summary>
    private OffsetForTimestamp? FindInBatch(SegmentBatchReader reader, long timestamp, long startOffset)
    {
        var batch = reader.Current;
        ReadOnlyMemory<byte> records;
        try
        {
            records = RecordBatchCompression.Decompress(reader.CurrentBytes, _options.Codecs);
        }
        catch (CorruptCompressedDataException)
        {
            // The batch was accepted by a broker that had the codec; its base offset is the best answer there is.
            return new OffsetForTimestamp(batch.MaxTimestamp, Math.Max(batch.BaseOffset, startOffset), Epoch(in batch));
        }

        if (batch.Magic < RecordBatchFormat.CurrentMagic)
        {
            var messages = batch.IsCompressed ? new LegacyRecordEnumerator(in batch, records.Span) : new LegacyRecordEnumerator(in batch);
            while (messages.MoveNext())
            {
                if (messages.Current.Timestamp >= timestamp && messages.Current.Offset >= startOffset)
                    return new OffsetForTimestamp(messages.Current.Timestamp, messages.Current.Offset, LeaderEpoch: null);
            }

            return null;
        }

        foreach (var record in new RecordEnumerator(in batch, records.Span))
        {
            if (record.Timestamp >= timestamp && record.Offset >= startOffset)
                return new OffsetForTimestamp(record.Timestamp, record.Offset, Epoch(in batch));
        }

        return null;
    }

    private static int? Epoch(in RecordBatchView batch) => batch.PartitionLeaderEpoch >= 0 ? batch.PartitionLeaderEpoch : null;

    /// <summary>Index of the last segment that begins at or below an offset, -1 where there is none.</summary>
    private static int FloorIndex(LogSegment[] segments, long offset)
    {
        // Most reads are of the newest segment.
        if (segments[^1].BaseOffset <= offset)
            return segments.Length - 1;
        int low = 0, high = segments.Length - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (segments[middle].BaseOffset <= offset)
                low = middle + 1;
            else
                high = middle;
        }

        return low - 1;
    }
}
