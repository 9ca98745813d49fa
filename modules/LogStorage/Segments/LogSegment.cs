using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage.Segments;

/// <summary>A segment with what the log needs to roll and to search it. Changed under the log's lock; lookups are safe from any thread.</summary>
internal sealed class LogSegment(ISegment store, long createdAt, long rollJitterMs)
{
    private const long Unknown = -2;

    private readonly Lock _flushing = new();
    private long _firstBatchTimestamp = Unknown;
    private volatile bool _isDirty;

    /// <summary>The stored segment.</summary>
    public ISegment Store { get; } = store;

    public long BaseOffset => Store.BaseOffset;

    public int Size => Store.Size;

    /// <summary>Ms taken off <c>segment.ms</c> by chance.</summary>
    public long RollJitterMs { get; } = rollJitterMs;

    /// <summary>Whether something was written to it, or to its indexes, that was not flushed.</summary>
    public bool IsDirty => _isDirty;

    /// <summary>Largest timestamp of a record, or, where no record has one, when it was last written to; in ms since the epoch.</summary>
    public long LargestTimestamp =>
        Store.LargestTimestamp.Timestamp >= 0 ? Store.LargestTimestamp.Timestamp : Store.LastModified.ToUnixTimeMilliseconds();

    /// <summary>Whether an append must go to a new segment.</summary>
    public bool ShouldRoll(LogConfig config, int bytes, long maxTimestamp, long lastOffset, long now)
    {
        var size = Store.Size;
        return size > config.SegmentBytes - bytes
            || (size > 0 && TimeWaitedForRoll(now, maxTimestamp) > config.MaxSegmentMs - RollJitterMs)
            || Store.IsIndexFull
            || lastOffset - BaseOffset is < 0 or > int.MaxValue;
    }

    /// <summary>Notes the timestamp of the first batch, from which the age of the segment counts.</summary>
    public void OnAppended(int position, long maxTimestamp)
    {
        _isDirty = true;
        if (position == 0)
            Volatile.Write(ref _firstBatchTimestamp, maxTimestamp);
    }

    /// <summary>Ms that the segment has been open: by the timestamps of its records where they have some, else by the clock.</summary>
    public long TimeWaitedForRoll(long now, long newTimestamp)
    {
        var first = FirstBatchTimestamp;
        return first >= 0 && newTimestamp >= 0 ? newTimestamp - first : now - createdAt;
    }

    /// <summary>Largest timestamp of the first batch, -1 where the segment is empty or its records have none.</summary>
    public long FirstBatchTimestamp
    {
        get
        {
            var known = Volatile.Read(ref _firstBatchTimestamp);
            if (known != Unknown)
                return known;
            if (Store.Size == 0)
                return RecordBatchFormat.None;
            Span<byte> header = stackalloc byte[RecordBatchFormat.HeaderSize];
            var read = Store.Read(0, header);
            known = RecordBatchView.TryReadHeader(header[..read], out var batch) == RecordSetStatus.Ok
                ? batch.MaxTimestamp
                : RecordBatchFormat.None;
            Volatile.Write(ref _firstBatchTimestamp, known);
            return known;
        }
    }

    /// <summary>Notes that indexes were written.</summary>
    public void MarkDirty() => _isDirty = true;

    /// <summary>Ends appending. The indexes get their last entries, so the segment has to be flushed once more.</summary>
    public void Seal()
    {
        _isDirty = true;
        Store.Seal();
    }

    /// <summary>Makes what was written so far durable. May run beside an append.</summary>
    public void Flush()
    {
        // Who finds it clean relies on it being durable: the flush of another thread must be over by then.
        lock (_flushing)
        {
            if (!_isDirty)
                return;
            _isDirty = false;
            try
            {
                Store.Flush();
            }
            catch
            {
                _isDirty = true;
                throw;
            }
        }
    }

    /// <summary>After truncation the first batch may be another one.</summary>
    public void OnTruncated() => Volatile.Write(ref _firstBatchTimestamp, Unknown);

    /// <summary>Finds the first batch whose last offset is at or above <paramref name="offset"/>.</summary>
    /// <param name="offset">The offset looked for.</param>
    /// <param name="position">Position of the batch.</param>
    /// <param name="size">Bytes of the batch.</param>
    public bool TryFind(long offset, out int position, out int size)
    {
        var end = Store.Size;
        position = Store.FindPosition(offset).Position;
        size = 0;
        Span<byte> window = stackalloc byte[1024];
        while (position < end)
        {
            var read = Store.Read(position, window);
            var at = 0;
            while (RecordBatchView.TryReadHeader(window[at..read], out var batch) == RecordSetStatus.Ok)
            {
                size = batch.SizeInBytes;
                if (batch.LastOffset >= offset)
                    return true;
                position += size;
                at += size;
                if (at >= read)
                    break;
            }

            // Not even one header was there: the tail is torn, which recovery would have cut.
            if (at == 0)
                return false;
        }

        return false;
    }

    /// <summary>The offset behind the last batch, or the base offset where there is none; reads from the last index entry on.</summary>
    public long ReadNextOffset() => ReadNextOffset(Store);

    /// <summary>The offset behind the last batch of a stored segment.</summary>
    public static long ReadNextOffset(ISegment segment)
    {
        var next = segment.BaseOffset;
        using var reader = new SegmentBatchReader(segment, segment.FindPosition(long.MaxValue).Position, segment.Size);
        while (reader.MoveNext(whole: false))
            next = reader.Current.NextOffset;
        return next;
    }

    public override string ToString() => $"{Store.Location} (base offset {BaseOffset}, {Size} bytes)";
}
