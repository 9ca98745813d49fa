using System.Buffers.Binary;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Storage.File;

/// <summary>
/// The file of aborted transactions. Entry version 0 is 34 bytes, big endian: int16 version, then int64 producer id, first offset, last offset and
/// last stable offset. There is no file until a transaction aborts. Nothing is kept in memory: aborts are rare and read rarely.
/// </summary>
internal sealed class TransactionIndex(SegmentPaths paths)
{
    private const int EntryBytes = 34;
    private const int EntriesPerRead = 64;

    private readonly Lock _lock = new();
    private long _count = -1;

    public void Append(in AbortedTransaction transaction)
    {
        lock (_lock)
        {
            var count = Count();
            using var file = paths.Open(LogFileNames.TransactionIndex, FileOpenMode.OpenOrCreate);
            Span<byte> bytes = stackalloc byte[EntryBytes];
            BinaryPrimitives.WriteInt16BigEndian(bytes, 0);
            BinaryPrimitives.WriteInt64BigEndian(bytes[2..], transaction.ProducerId);
            BinaryPrimitives.WriteInt64BigEndian(bytes[10..], transaction.FirstOffset);
            BinaryPrimitives.WriteInt64BigEndian(bytes[18..], transaction.LastOffset);
            BinaryPrimitives.WriteInt64BigEndian(bytes[26..], transaction.LastStableOffset);
            file.Write(count * EntryBytes, bytes);
            _count = count + 1;
        }
    }

    /// <summary>Calls the visitor with every entry in order until it returns false; returns whether it never did.</summary>
    public bool Visit(Func<AbortedTransaction, bool> visitor)
    {
        long count;
        lock (_lock)
            count = Count();
        if (count == 0)
            return true;
        using var file = paths.Open(LogFileNames.TransactionIndex, FileOpenMode.Read);
        Span<byte> bytes = stackalloc byte[EntryBytes * EntriesPerRead];
        for (long number = 0; number < count; number += EntriesPerRead)
        {
            var wanted = (int)Math.Min(EntriesPerRead, count - number);
            var read = file.Read(number * EntryBytes, bytes[..(wanted * EntryBytes)]) / EntryBytes;
            for (var i = 0; i < read; i++)
            {
                if (!visitor(Read(bytes[(i * EntryBytes)..])))
                    return false;
            }

            if (read < wanted)
                break;
        }

        return true;
    }

    /// <summary>Drops the transactions whose last offset is at or above an offset.</summary>
    public void Truncate(long offset)
    {
        long kept = 0;
        Visit(transaction =>
        {
            if (transaction.LastOffset >= offset)
                return false;
            kept++;
            return true;
        });
        lock (_lock)
        {
            if (kept == Count())
                return;
            using var file = paths.Open(LogFileNames.TransactionIndex, FileOpenMode.ReadWrite);
            file.SetLength(kept * EntryBytes);
            _count = kept;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            paths.FileSystem.DeleteFile(paths.Of(LogFileNames.TransactionIndex));
            _count = 0;
        }
    }

    public void Flush()
    {
        if (paths.FileSystem.Find(paths.Of(LogFileNames.TransactionIndex)) is null)
            return;
        using var file = paths.Open(LogFileNames.TransactionIndex, FileOpenMode.ReadWrite);
        file.Flush();
    }

    public SegmentIndexState Check(long baseOffset)
    {
        if (paths.FileSystem.Find(paths.Of(LogFileNames.TransactionIndex)) is not { } info)
            return SegmentIndexState.Valid;
        if (info.Length % EntryBytes != 0 || HasUnknownVersion())
            return SegmentIndexState.Corrupt;
        var last = long.MinValue;
        var inOrder = Visit(transaction =>
        {
            var possible = transaction.LastOffset >= baseOffset && transaction.LastOffset >= transaction.FirstOffset && transaction.LastOffset >= last;
            last = transaction.LastOffset;
            return possible;
        });
        return inOrder ? SegmentIndexState.Valid : SegmentIndexState.Corrupt;
    }

    private static AbortedTransaction Read(ReadOnlySpan<byte> bytes)
        => new(
            BinaryPrimitives.ReadInt64BigEndian(bytes[2..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[10..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[18..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[26..]));

    private bool HasUnknownVersion()
    {
        using var file = paths.Open(LogFileNames.TransactionIndex, FileOpenMode.Read);
        Span<byte> bytes = stackalloc byte[2];
        var length = file.Length;
        for (long position = 0; position < length; position += EntryBytes)
        {
            if (file.Read(position, bytes) < bytes.Length || BinaryPrimitives.ReadInt16BigEndian(bytes) != 0)
                return true;
        }

        return false;
    }

    private long Count()
    {
        if (_count < 0)
            _count = (paths.FileSystem.Find(paths.Of(LogFileNames.TransactionIndex))?.Length ?? 0) / EntryBytes;
        return _count;
    }
}
