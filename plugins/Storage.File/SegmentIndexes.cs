using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Storage.File;

/// <summary>The three indexes of a segment and the rules by which batches get entries in them.</summary>
/// <remarks>One thread at a time changes them; lookups are safe from any thread.</remarks>
internal sealed class SegmentIndexes
{
    private readonly Lock _lock = new();
    private readonly SparseIndex _offsets;
    private readonly SparseIndex _times;
    private readonly long _baseOffset;
    private TimestampOffset _largest;
    private bool _isLargestKnown;
    private int _bytesSinceEntry;

    public SegmentIndexes(SegmentPaths paths, long baseOffset, bool isNew)
    {
        _baseOffset = baseOffset;
        _offsets = new(paths, SparseIndexFormat.Offset, isNew);
        _times = new(paths, SparseIndexFormat.Time, isNew);
        Transactions = new(paths);
        (_largest, _isLargestKnown) = (NoTimestamp, isNew);
    }

    public TransactionIndex Transactions { get; }

    /// <summary>As <see cref="ISegment.LargestTimestamp"/>.</summary>
    public TimestampOffset LargestTimestamp
    {
        get
        {
            lock (_lock)
            {
                if (!_isLargestKnown)
                {
                    _largest = _times.Last is { } last ? ToTimestamp(last) : NoTimestamp;
                    _isLargestKnown = true;
                }

                return _largest;
            }
        }
    }

    private TimestampOffset NoTimestamp => new(TimestampOffset.None, _baseOffset);

    /// <summary>The time index is full one entry early: the last is for the largest timestamp when the segment is sealed.</summary>
    public bool IsFull(SegmentOptions options)
        => _offsets.Count >= MaxOffsets(options) || _times.Count >= MaxTimes(options) - 1;

    /// <summary>Takes note of a batch; it gets entries once enough bytes came after the last ones.</summary>
    public void Add(int position, in BatchEntry batch, SegmentOptions options)
    {
        if (batch.MaxTimestamp > LargestTimestamp.Timestamp)
        {
            lock (_lock)
                _largest = new(batch.MaxTimestamp, batch.OffsetOfMaxTimestamp);
        }

        if (_bytesSinceEntry > options.IndexIntervalBytes)
        {
            // One append may bring more batches than a full index has room for; it only gets sparser.
            var entry = new IndexEntry(batch.LastOffset - _baseOffset, position);
            if (_offsets.Count < MaxOffsets(options) && (_offsets.Last is not { } last || entry.Key > last.Key))
                _offsets.Append(entry);
            if (_times.Count < MaxTimes(options) - 1)
                AddTime();
            _bytesSinceEntry = 0;
        }

        _bytesSinceEntry += batch.Length;
    }

    public OffsetPosition FindPosition(long offset)
        => offset >= _baseOffset && _offsets.Floor(offset - _baseOffset) is { } entry
            ? new(entry.Key + _baseOffset, entry.Value)
            : new(_baseOffset, 0);

    public TimestampOffset FindTimestamp(long timestamp) => _times.Floor(timestamp) is { } entry ? ToTimestamp(entry) : NoTimestamp;

    public void Truncate(long offset)
    {
        var relative = offset - _baseOffset;
        _offsets.TruncateFrom(entry => entry.Key >= relative);
        _times.TruncateFrom(entry => entry.Value >= relative);
        Transactions.Truncate(offset);
        lock (_lock)
        {
            // What was cut may have had the largest timestamp; then the last index entry is the best that is known, as in Kafka.
            if (_largest.Offset >= offset)
                _isLargestKnown = false;
        }

        _bytesSinceEntry = 0;
    }

    public void Clear()
    {
        _offsets.Clear();
        _times.Clear();
        Transactions.Clear();
        lock (_lock)
            (_largest, _isLargestKnown) = (NoTimestamp, true);
        _bytesSinceEntry = 0;
    }

    /// <summary>Adds the largest timestamp, so that it is known after reopening, and writes what is pending.</summary>
    public void Seal()
    {
        AddTime();
        _offsets.WritePending();
        _times.WritePending();
    }

    public void Flush()
    {
        _offsets.Flush();
        _times.Flush();
        Transactions.Flush();
    }

    public SegmentIndexState Check(bool full, int size)
    {
        var offsets = _offsets.Check(full, (previous, entry) =>
            entry.Key >= 0 && entry.Value >= 0 && entry.Value < size && (previous is not { } before || (entry.Key > before.Key && entry.Value > before.Value)));
        if (offsets != SegmentIndexState.Valid)
            return offsets;
        var times = _times.Check(full, (previous, entry) =>
            entry.Key >= 0 && entry.Value >= 0 && size > 0 && (previous is not { } before || (entry.Key > before.Key && entry.Value >= before.Value)));
        return times != SegmentIndexState.Valid ? times : Transactions.Check(_baseOffset);
    }

    private static int MaxOffsets(SegmentOptions options) => options.MaxIndexBytes / SparseIndexFormat.Offset.EntryBytes;

    private static int MaxTimes(SegmentOptions options) => options.MaxIndexBytes / SparseIndexFormat.Time.EntryBytes;

    private void AddTime()
    {
        var largest = LargestTimestamp;
        if (largest.Timestamp > (_times.Last?.Key ?? TimestampOffset.None))
            _times.Append(new(largest.Timestamp, (int)(largest.Offset - _baseOffset)));
    }

    private TimestampOffset ToTimestamp(IndexEntry entry) => new(entry.Key, entry.Value + _baseOffset);
}
