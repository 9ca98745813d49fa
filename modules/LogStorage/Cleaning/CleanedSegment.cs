using System.Runtime.InteropServices;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>Writes what is left of a group of segments, in pieces as large as the write buffer. One thread.</summary>
internal sealed class CleanedSegment(ISegment target, int bufferSize)
{
    private readonly byte[] _buffer = new byte[bufferSize];
    private readonly List<BatchEntry> _entries = [];
    private int _length;

    /// <summary>The segment.</summary>
    public ISegment Target { get; } = target;

    /// <summary>Appends a whole batch, which may be used again afterwards.</summary>
    /// <returns>Bytes that were written to the segment.</returns>
    /// <exception cref="LogStoreException">The disk refused.</exception>
    public int Append(ReadOnlySpan<byte> bytes)
    {
        _ = RecordBatchView.TryRead(bytes, out var batch);
        var entry = new BatchEntry(batch.LastOffset, batch.MaxTimestamp, batch.LastOffset, bytes.Length);
        var written = bytes.Length > _buffer.Length - _length ? Flush() : 0;
        if (bytes.Length > _buffer.Length)
        {
            Target.Append(bytes, new ReadOnlySpan<BatchEntry>(in entry));
            return written + bytes.Length;
        }

        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
        _entries.Add(entry);
        return written;
    }

    /// <summary>Writes what is in the buffer, and gives how many bytes that was.</summary>
    /// <exception cref="LogStoreException">The disk refused.</exception>
    public int Flush()
    {
        if (_length == 0)
            return 0;
        Target.Append(_buffer.AsSpan(0, _length), CollectionsMarshal.AsSpan(_entries));
        _entries.Clear();
        var written = _length;
        _length = 0;
        return written;
    }
}
