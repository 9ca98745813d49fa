namespace Kafka.Modular.Storage.Memory;

/// <summary>
/// Bytes in blocks that grow from 1 KiB to 1 MiB. What is added at once lies in one block, so that a batch can be read as one piece.
/// </summary>
/// <remarks>One thread at a time adds and truncates; reads of what was added before are safe beside an addition.</remarks>
internal sealed class SlabList
{
    private const int FirstSlab = 1024;
    private const int LargestSlab = 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly List<Slab> _slabs = [];

    public void Add(ReadOnlySpan<byte> bytes)
    {
        var slab = _slabs.Count == 0 ? null : _slabs[^1];
        if (slab is null || slab.Bytes.Length - slab.Used < bytes.Length)
        {
            var next = slab is null ? FirstSlab : Math.Min(slab.Bytes.Length * 2, LargestSlab);
            slab = new(slab is null ? 0 : slab.Start + slab.Used, GC.AllocateUninitializedArray<byte>(Math.Max(next, bytes.Length)));
            lock (_lock)
                _slabs.Add(slab);
        }

        bytes.CopyTo(slab.Bytes.AsSpan(slab.Used));
        slab.Used += bytes.Length;
    }

    /// <summary>The bytes as one piece where they lie in one block.</summary>
    public bool TryGet(int position, int length, out ReadOnlyMemory<byte> memory)
    {
        if (length == 0)
        {
            memory = default;
            return true;
        }

        lock (_lock)
        {
            var slab = _slabs[IndexOf(position)];
            var start = position - slab.Start;
            if (start + length <= slab.Used)
            {
                memory = slab.Bytes.AsMemory(start, length);
                return true;
            }
        }

        memory = default;
        return false;
    }

    /// <summary>Copies bytes, all of which were added.</summary>
    public void CopyTo(int position, Span<byte> destination)
    {
        lock (_lock)
        {
            for (var i = destination.Length == 0 ? _slabs.Count : IndexOf(position); i < _slabs.Count && destination.Length > 0; i++)
            {
                var slab = _slabs[i];
                var start = position - slab.Start;
                var piece = Math.Min(slab.Used - start, destination.Length);
                slab.Bytes.AsSpan(start, piece).CopyTo(destination);
                destination = destination[piece..];
                position += piece;
            }
        }
    }

    public void Truncate(int length)
    {
        lock (_lock)
        {
            while (_slabs.Count > 0 && _slabs[^1].Start >= length)
                _slabs.RemoveAt(_slabs.Count - 1);
            if (_slabs.Count > 0)
                _slabs[^1].Used = Math.Min(_slabs[^1].Used, length - _slabs[^1].Start);
        }
    }

    private int IndexOf(int position)
    {
        int low = 0, high = _slabs.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (_slabs[middle].Start <= position)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    private sealed class Slab(int start, byte[] bytes)
    {
        private int _used;

        public int Start { get; } = start;

        public byte[] Bytes { get; } = bytes;

        public int Used
        {
            get => Volatile.Read(ref _used);
            set => Volatile.Write(ref _used, value);
        }
    }
}
