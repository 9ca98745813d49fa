using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>
/// The last offset of each key in the part of a log that is being cleaned. It knows a key by 16 bytes of its SHA-256, so that an entry takes as
/// much as one of Kafka's, and a key that somebody made to collide cannot make another one's last value go. Open addressing; grows to the memory
/// that it may take. One thread.
/// </summary>
internal sealed class OffsetMap
{
    /// <summary>Bytes of an entry: 16 of the key's hash, 8 of the offset. So it is in Kafka, by which the memory is configured.</summary>
    public const int EntryBytes = 24;

    private const int SmallestTable = 1024;

    /// <summary>Beyond this, looking for a free place takes long; the configured load factor counts at the largest size.</summary>
    private const double LoadFactorWhileGrowing = 0.75;

    private readonly int _slots;
    private Entry[] _table;

    /// <summary>Makes an empty map.</summary>
    /// <param name="memoryBytes">Most bytes of its table.</param>
    /// <param name="loadFactor">How full the table may become.</param>
    public OffsetMap(long memoryBytes, double loadFactor)
    {
        _slots = (int)Math.Clamp(memoryBytes / EntryBytes, 2, Array.MaxLength);
        MaxCount = (int)Math.Clamp(_slots * loadFactor, 1, _slots - 1);
        _table = new Entry[Math.Min(_slots, SmallestTable)];
    }

    /// <summary>The number of keys.</summary>
    public int Count { get; private set; }

    /// <summary>Most keys.</summary>
    public int MaxCount { get; }

    /// <summary>How full it is, 0 to 1.</summary>
    public double Utilization => (double)Count / _slots;

    /// <summary>Offset up to which every record is accounted for; -1 for none.</summary>
    public long LatestOffset { get; private set; } = -1;

    /// <summary>Notes a key's offset, which is above all before; false where the map is full.</summary>
    public bool TryPut(ReadOnlySpan<byte> key, long offset)
    {
        if (Count >= MaxCount)
            return false;
        if (_table.Length < _slots && Count >= _table.Length * LoadFactorWhileGrowing)
            Grow();
        var hash = HashOf(key);
        ref var entry = ref Find(_table, hash);
        if (entry.NextOffset == 0)
        {
            entry.Hash = hash;
            Count++;
        }

        entry.NextOffset = offset + 1;
        return true;
    }

    /// <summary>The last offset of a key, -1 where it was not seen.</summary>
    public long Find(ReadOnlySpan<byte> key) => Find(_table, HashOf(key)).NextOffset - 1;

    /// <summary>Notes that every record up to an offset is accounted for.</summary>
    public void SetLatestOffset(long offset) => LatestOffset = Math.Max(LatestOffset, offset);

    private static UInt128 HashOf(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    /// <summary>The entry of a hash, or the free one where it belongs.</summary>
    private static ref Entry Find(Entry[] table, UInt128 hash)
    {
        var index = (int)((ulong)hash % (ulong)table.Length);
        while (table[index].NextOffset != 0 && table[index].Hash != hash)
            index = index + 1 == table.Length ? 0 : index + 1;
        return ref table[index];
    }

    private void Grow()
    {
        var larger = new Entry[(int)Math.Min(_slots, _table.Length * 2L)];
        foreach (ref readonly var entry in _table.AsSpan())
        {
            if (entry.NextOffset != 0)
                Find(larger, entry.Hash) = entry;
        }

        _table = larger;
    }

    private struct Entry
    {
        private ulong _low;
        private ulong _high;

        /// <summary>The offset plus 1; 0 where the entry is free.</summary>
        public long NextOffset;

        public UInt128 Hash
        {
            readonly get => new(_high, _low);
            set => (_high, _low) = ((ulong)(value >> 64), (ulong)value);
        }
    }
}
