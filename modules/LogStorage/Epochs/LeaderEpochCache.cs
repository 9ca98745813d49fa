namespace Kafka.Modular.LogStorage.Epochs;

/// <summary>
/// The leader epochs of a log, in order of epoch and offset alike. Reads are safe from any thread; whoever changes it holds the log's lock.
/// </summary>
internal sealed class LeaderEpochCache
{
    private volatile EpochEntry[] _entries = [];
    private int _dirty;

    public LeaderEpochCache(IEnumerable<EpochEntry> entries)
    {
        foreach (var entry in entries)
            Assign(entry.Epoch, entry.StartOffset);
        _dirty = 0;
    }

    /// <summary>The entries, oldest first; the array is replaced, never changed.</summary>
    public IReadOnlyList<EpochEntry> Entries => _entries;

    /// <summary>Whether there are changes that were not saved.</summary>
    public bool IsDirty => Volatile.Read(ref _dirty) != 0;

    public int? LatestEpoch => _entries is [.., var last] ? last.Epoch : null;

    /// <summary>
    /// Notes that <paramref name="epoch"/> begins at <paramref name="startOffset"/>. Later and conflicting entries go: they come from a log
    /// that was truncated, or from an election nobody wrote in. False if nothing changed.
    /// </summary>
    public bool Assign(int epoch, long startOffset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(startOffset);
        var entries = _entries;
        if (entries is [.., var last] && epoch == last.Epoch && startOffset >= last.StartOffset)
            return false;
        var keep = entries.Length;
        while (keep > 0 && (entries[keep - 1].Epoch >= epoch || entries[keep - 1].StartOffset >= startOffset))
            keep--;
        Set([.. entries.AsSpan(0, keep), new EpochEntry(epoch, startOffset)]);
        return true;
    }

    /// <summary>Where <paramref name="epoch"/> ends, as OffsetForLeaderEpoch answers.</summary>
    public EpochEndOffset EndOffsetFor(int epoch, long logEndOffset)
    {
        var entries = _entries;
        if (epoch < 0 || entries.Length == 0)
            return EpochEndOffset.Undefined;
        if (entries[^1].Epoch == epoch)
            return new EpochEndOffset(epoch, logEndOffset);
        var higher = 0;
        while (higher < entries.Length && entries[higher].Epoch <= epoch)
            higher++;
        if (higher == entries.Length)
            return EpochEndOffset.Undefined;
        return new EpochEndOffset(higher == 0 ? epoch : entries[higher - 1].Epoch, entries[higher].StartOffset);
    }

    /// <summary>The epoch in which the record at <paramref name="offset"/> was appended, or null where no entry tells.</summary>
    public int? EpochForOffset(long offset)
    {
        int? epoch = null;
        foreach (var entry in _entries)
        {
            if (entry.StartOffset > offset)
                break;
            epoch = entry.Epoch;
        }

        return epoch;
    }

    /// <summary>Forgets epochs that begin at or behind the log's new end.</summary>
    public void TruncateFromEnd(long endOffset)
    {
        var keep = _entries.Length;
        while (keep > 0 && _entries[keep - 1].StartOffset >= endOffset)
            keep--;
        if (keep < _entries.Length)
            Set(_entries[..keep]);
    }

    /// <summary>Forgets epochs that end before the log's new start; the one that the start lies in begins there.</summary>
    public void TruncateFromStart(long startOffset)
    {
        var drop = 0;
        while (drop < _entries.Length && _entries[drop].StartOffset <= startOffset)
            drop++;
        if (drop > 0 && (drop > 1 || _entries[0].StartOffset != startOffset))
            Set([new EpochEntry(_entries[drop - 1].Epoch, startOffset), .. _entries.AsSpan(drop)]);
    }

    public void Clear()
    {
        if (_entries.Length > 0)
            Set([]);
    }

    /// <summary>Takes the entries for saving.</summary>
    public IReadOnlyList<EpochEntry> TakeDirty()
    {
        // In this order, and with a fence: who saves does not hold the log's lock, and what changes meanwhile is saved again.
        Interlocked.Exchange(ref _dirty, 0);
        return _entries;
    }

    /// <summary>What was taken could not be saved.</summary>
    public void MarkDirty() => Volatile.Write(ref _dirty, 1);

    private void Set(EpochEntry[] entries)
    {
        _entries = entries;
        Volatile.Write(ref _dirty, 1);
    }
}
