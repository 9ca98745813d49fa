using System.Collections.Immutable;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Storage.Memory;

/// <summary>The three indexes of a segment, sparse by the same rules as Kafka's files, so that a log behaves the same over every store.</summary>
/// <remarks>Safe to use from any thread.</remarks>
internal sealed class MemoryIndexes(long baseOffset)
{
    private const int OffsetEntryBytes = 8;
    private const int TimeEntryBytes = 12;

    private readonly Lock _lock = new();
    private readonly List<OffsetPosition> _offsets = [];
    private readonly List<TimestampOffset> _times = [];
    private ImmutableList<AbortedTransaction> _transactions = [];
    private TimestampOffset _largest = new(TimestampOffset.None, baseOffset);
    private int _bytesSinceEntry;

    /// <summary>Aborted transactions in order of last offset.</summary>
    public ImmutableList<AbortedTransaction> Transactions => _transactions;

    /// <summary>As <see cref="ISegment.LargestTimestamp"/>.</summary>
    public TimestampOffset LargestTimestamp
    {
        get
        {
            lock (_lock)
                return _largest;
        }
    }

    /// <summary>The time index is full one entry early: the last is for the largest timestamp when the segment is sealed.</summary>
    public bool IsFull(SegmentOptions options)
    {
        lock (_lock)
            return _offsets.Count >= options.MaxIndexBytes / OffsetEntryBytes || _times.Count >= (options.MaxIndexBytes / TimeEntryBytes) - 1;
    }

    public void Add(int position, in BatchEntry batch, SegmentOptions options)
    {
        lock (_lock)
        {
            if (batch.MaxTimestamp > _largest.Timestamp)
                _largest = new(batch.MaxTimestamp, batch.OffsetOfMaxTimestamp);
            if (_bytesSinceEntry > options.IndexIntervalBytes)
            {
                if (_offsets.Count < options.MaxIndexBytes / OffsetEntryBytes && (_offsets.Count == 0 || batch.LastOffset > _offsets[^1].Offset))
                    _offsets.Add(new(batch.LastOffset, position));
                if (_times.Count < (options.MaxIndexBytes / TimeEntryBytes) - 1)
                    AddTime();
                _bytesSinceEntry = 0;
            }

            _bytesSinceEntry += batch.Length;
        }
    }

    public void Add(in AbortedTransaction transaction)
    {
        lock (_lock)
            _transactions = _transactions.Add(transaction);
    }

    public OffsetPosition FindPosition(long offset)
    {
        lock (_lock)
        {
            var found = LastAtMost(_offsets, offset, static entry => entry.Offset);
            return found < 0 ? new(baseOffset, 0) : _offsets[found];
        }
    }

    public TimestampOffset FindTimestamp(long timestamp)
    {
        lock (_lock)
        {
            var found = LastAtMost(_times, timestamp, static entry => entry.Timestamp);
            return found < 0 ? new(TimestampOffset.None, baseOffset) : _times[found];
        }
    }

    public void Truncate(long offset)
    {
        lock (_lock)
        {
            _offsets.RemoveAll(entry => entry.Offset >= offset);
            _times.RemoveAll(entry => entry.Offset >= offset);
            _transactions = _transactions.RemoveAll(transaction => transaction.LastOffset >= offset);

            // What was cut may have had the largest timestamp; then the last index entry is the best that is known, as in Kafka.
            if (_largest.Offset >= offset)
                _largest = _times is [.., var last] ? last : new(TimestampOffset.None, baseOffset);
            _bytesSinceEntry = 0;
        }
    }

    public void Seal()
    {
        lock (_lock)
            AddTime();
    }

    private static int LastAtMost<T>(List<T> entries, long key, Func<T, long> keyOf)
    {
        int low = -1, high = entries.Count - 1;
        while (low < high)
        {
            var middle = low + ((high - low + 1) >>> 1);
            if (keyOf(entries[middle]) <= key)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    private void AddTime()
    {
        if (_largest.Timestamp > (_times is [.., var last] ? last.Timestamp : TimestampOffset.None))
            _times.Add(_largest);
    }
}
