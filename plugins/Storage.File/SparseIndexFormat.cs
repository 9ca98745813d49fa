using System.Buffers.Binary;

namespace Kafka.Modular.Storage.File;

/// <summary>
/// Kafka's two index formats as keys that rise and the values beside them. Offset index: int32 offset relative to the base offset, int32 position.
/// Time index: int64 timestamp, int32 relative offset. All big endian.
/// </summary>
internal sealed class SparseIndexFormat
{
    public static readonly SparseIndexFormat Offset = new(LogFileNames.OffsetIndex, 8);
    public static readonly SparseIndexFormat Time = new(LogFileNames.TimeIndex, 12);

    private SparseIndexFormat(string extension, int entryBytes)
    {
        Extension = extension;
        EntryBytes = entryBytes;
    }

    public string Extension { get; }

    public int EntryBytes { get; }

    public IndexEntry Read(ReadOnlySpan<byte> source)
        => EntryBytes == 8
            ? new(BinaryPrimitives.ReadInt32BigEndian(source), BinaryPrimitives.ReadInt32BigEndian(source[4..]))
            : new(BinaryPrimitives.ReadInt64BigEndian(source), BinaryPrimitives.ReadInt32BigEndian(source[8..]));

    public void Write(Span<byte> destination, IndexEntry entry)
    {
        if (EntryBytes == 8)
        {
            BinaryPrimitives.WriteInt32BigEndian(destination, (int)entry.Key);
            BinaryPrimitives.WriteInt32BigEndian(destination[4..], entry.Value);
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(destination, entry.Key);
            BinaryPrimitives.WriteInt32BigEndian(destination[8..], entry.Value);
        }
    }
}
