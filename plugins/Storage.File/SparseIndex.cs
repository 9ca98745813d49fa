using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Storage.File;

/// <summary>
/// One index file. Only the newest entries are in memory, a few KiB at most, because thousands of partitions are open at a time; older
/// ones are found in the file with about ten small reads. The file is opened for the moment of use, and entries reach it
/// when the memory is full, at <see cref="WritePending"/> and at closing: recovery rebuilds the index of a segment that was not closed.
/// </summary>
/// <remarks>One thread at a time changes it; lookups are safe from any thread.</remarks>
internal sealed class SparseIndex
{
    private const int MaxTail = 256;
    private const int KeptTail = MaxTail / 2;
    private const int FirstTail = 4;

    private readonly Lock _lock = new();
    private readonly SegmentPaths _paths;
    private readonly SparseIndexFormat _format;
    private Tail _tail = Tail.Empty;
    private int _count;
    private int _written;
    private bool _loaded;

    /// <param name="paths">Where the file is.</param>
    /// <param name="format">Which of the two formats.</param>
    /// <param name="isNew">Whether the file is known to be empty.</param>
    public SparseIndex(SegmentPaths paths, SparseIndexFormat format, bool isNew)
    {
        _paths = paths;
        _format = format;
        _loaded = isNew;
    }

    /// <summary>Whether entries await <see cref="WritePending"/>.</summary>
    public bool HasPending
    {
        get
        {
            lock (_lock)
                return _loaded && _written < _count;
        }
    }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                Load();
                return _count;
            }
        }
    }

    /// <summary>The last entry, or null.</summary>
    public IndexEntry? Last
    {
        get
        {
            lock (_lock)
            {
                Load();
                return _count == 0 ? null : _tail.Entries[_count - 1 - _tail.Start];
            }
        }
    }

    public void Append(IndexEntry entry)
    {
        lock (_lock)
        {
            Load();
            var used = _count - _tail.Start;
            if (used == _tail.Entries.Length)
            {
                if (used >= MaxTail)
                    WriteTail();
                MakeRoom(used);
            }

            _tail.Entries[_count - _tail.Start] = entry;
            _count++;
        }
    }

    /// <summary>The last entry whose key is at or below a key, or null.</summary>
    public IndexEntry? Floor(long key)
    {
        Tail tail;
        int count;
        lock (_lock)
        {
            Load();
            (tail, count) = (_tail, _count);
        }

        // Entries of a tail do not change while somebody may hold it; only places beyond the count are filled.
        var used = tail.Entries.AsSpan(0, count - tail.Start);
        if (used.Length > 0 && used[0].Key <= key)
            return used[LastAtMost(used, key)];
        return tail.Start == 0 ? null : FloorInFile(key, tail.Start);
    }

    /// <summary>Drops the entries from the first on for which the predicate holds; it holds for all after that one.</summary>
    public void TruncateFrom(Func<IndexEntry, bool> isBeyond)
    {
        lock (_lock)
        {
            Load();
            WriteTail();
            if (_count == 0)
                return;
            using var file = _paths.Open(_format.Extension, FileOpenMode.ReadWrite);
            int low = 0, high = _count;
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (isBeyond(ReadEntry(file, middle)))
                    high = middle;
                else
                    low = middle + 1;
            }

            file.SetLength((long)low * _format.EntryBytes);
            (_count, _written) = (low, low);
            LoadTail(file);
        }
    }

    /// <summary>Makes the index empty, with a file that is there.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _paths.Open(_format.Extension, FileOpenMode.Create).Dispose();
            (_tail, _count, _written, _loaded) = (Tail.Empty, 0, 0, true);
        }
    }

    public void WritePending()
    {
        lock (_lock)
        {
            if (_loaded)
                WriteTail();
        }
    }

    /// <summary>Makes the file durable, with all entries.</summary>
    public void Flush()
    {
        WritePending();
        using var file = _paths.Open(_format.Extension, FileOpenMode.OpenOrCreate);
        file.Flush();
    }

    /// <summary>Checks the file without loading the index; see <see cref="ISegment.CheckIndexes"/>.</summary>
    /// <param name="full">Whether to look at every entry instead of the first and the last.</param>
    /// <param name="isPossible">Whether an entry may follow another, or the first may stand there (previous null).</param>
    public SegmentIndexState Check(bool full, Func<IndexEntry?, IndexEntry, bool> isPossible)
    {
        lock (_lock)
        {
            if (_loaded)
                WriteTail();
            if (_paths.FileSystem.Find(_paths.Of(_format.Extension)) is not { } info)
                return SegmentIndexState.Missing;
            if (info.Length % _format.EntryBytes != 0)
                return SegmentIndexState.Corrupt;
            var count = (int)(info.Length / _format.EntryBytes);
            if (count == 0)
                return SegmentIndexState.Valid;
            using var file = _paths.Open(_format.Extension, FileOpenMode.Read);
            IndexEntry? previous = null;
            for (var i = 0; i < count; i = full || i == count - 1 ? i + 1 : count - 1)
            {
                var entry = ReadEntry(file, i);
                if (!isPossible(previous, entry))
                    return SegmentIndexState.Corrupt;
                previous = entry;
            }

            return SegmentIndexState.Valid;
        }
    }

    private static int LastAtMost(ReadOnlySpan<IndexEntry> entries, long key)
    {
        int low = 0, high = entries.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (entries[middle].Key <= key)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    private IndexEntry? FloorInFile(long key, int count)
    {
        using var file = _paths.Open(_format.Extension, FileOpenMode.Read);
        int low = -1, high = count - 1;
        while (low < high)
        {
            var middle = low + ((high - low + 1) >>> 1);
            if (ReadEntry(file, middle).Key <= key)
                low = middle;
            else
                high = middle - 1;
        }

        return low < 0 ? null : ReadEntry(file, low);
    }

    private IndexEntry ReadEntry(IFile file, int number)
    {
        Span<byte> bytes = stackalloc byte[12];
        bytes = bytes[.._format.EntryBytes];
        if (file.Read((long)number * _format.EntryBytes, bytes) < bytes.Length)
            throw new IOException($"Index {_paths.Of(_format.Extension)} ends before entry {number}.");
        return _format.Read(bytes);
    }

    private void Load()
    {
        if (_loaded)
            return;
        _loaded = true;
        var length = _paths.FileSystem.Find(_paths.Of(_format.Extension))?.Length ?? 0;
        _count = _written = (int)(length / _format.EntryBytes);
        if (_count == 0)
            return;
        using var file = _paths.Open(_format.Extension, FileOpenMode.Read);
        LoadTail(file);
    }

    private void LoadTail(IFile file)
        => _tail = _count == 0 ? Tail.Empty : new(_count - 1, [ReadEntry(file, _count - 1)]);

    private void MakeRoom(int used)
    {
        if (used < MaxTail)
        {
            var larger = new IndexEntry[used < FirstTail ? FirstTail : Math.Min(used * 2, MaxTail)];
            _tail.Entries.AsSpan(0, used).CopyTo(larger);
            _tail = new(_tail.Start, larger);
            return;
        }

        var kept = new IndexEntry[MaxTail];
        _tail.Entries.AsSpan(used - KeptTail, KeptTail).CopyTo(kept);
        _tail = new(_count - KeptTail, kept);
    }

    private void WriteTail()
    {
        if (_written == _count)
            return;
        var pending = _tail.Entries.AsSpan(_written - _tail.Start, _count - _written);
        Span<byte> bytes = stackalloc byte[MaxTail * 12];
        for (var i = 0; i < pending.Length; i++)
            _format.Write(bytes[(i * _format.EntryBytes)..], pending[i]);
        using var file = _paths.Open(_format.Extension, FileOpenMode.OpenOrCreate);
        file.Write((long)_written * _format.EntryBytes, bytes[..(pending.Length * _format.EntryBytes)]);
        _written = _count;
    }

    /// <summary>The newest entries; the first of them is number <see cref="Start"/> of the index.</summary>
    private sealed class Tail(int start, IndexEntry[] entries)
    {
        public static readonly Tail Empty = new(0, []);

        public int Start { get; } = start;

        public IndexEntry[] Entries { get; } = entries;
    }
}
