using System.Buffers;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage.Segments;

/// <summary>
/// Walks the batches of a segment through a pooled buffer: their headers alone, or whole. For recovery, for finding offsets and timestamps,
/// and for rebuilding producer state; fetches do not come here. One thread at a time.
/// </summary>
internal sealed class SegmentBatchReader : IDisposable
{
    private const int SmallestBuffer = 16 * 1024;

    private readonly ISegment _segment;
    private readonly int _endPosition;
    private byte[] _buffer;
    private int _windowStart;
    private int _windowLength;
    private int _batchSize;
    private bool _isWhole;

    /// <summary>Starts before the batch at <paramref name="position"/>; nothing is read at or behind <paramref name="endPosition"/>.</summary>
    public SegmentBatchReader(ISegment segment, int position, int endPosition, int bufferSize = SmallestBuffer)
    {
        _segment = segment;
        _endPosition = endPosition;
        NextPosition = position;
        _windowStart = position;
        _buffer = ArrayPool<byte>.Shared.Rent(bufferSize);
    }

    /// <summary>Position of the current batch in the segment.</summary>
    public int Position { get; private set; }

    /// <summary>Position behind the current batch.</summary>
    public int NextPosition { get; private set; }

    /// <summary>Why <see cref="MoveNext"/> gave false.</summary>
    public RecordSetStatus Status { get; private set; }

    /// <summary>The current batch; only its header unless <see cref="MoveNext"/> or <see cref="LoadWhole"/> read it whole.</summary>
    public RecordBatchView Current
    {
        get
        {
            RecordBatchView batch;
            var bytes = Window(Position);
            _ = _isWhole ? RecordBatchView.TryRead(bytes, out batch) : RecordBatchView.TryReadHeader(bytes, out batch);
            return batch;
        }
    }

    /// <summary>The bytes of the current batch, once it was read whole; good until the next move.</summary>
    public ReadOnlyMemory<byte> CurrentBytes => _buffer.AsMemory(Position - _windowStart, _batchSize);

    /// <summary>Goes to the next batch; false at the end and at the first bytes that are no batch or not all of one.</summary>
    public bool MoveNext(bool whole)
    {
        var position = NextPosition;
        if (position >= _endPosition)
        {
            Status = RecordSetStatus.End;
            return false;
        }

        Fill(position, RecordBatchFormat.HeaderSize);
        Status = RecordBatchView.TryReadHeader(Window(position), out var header);
        if (Status != RecordSetStatus.Ok)
            return false;
        if (header.SizeInBytes > _endPosition - position)
        {
            Status = RecordSetStatus.Truncated;
            return false;
        }

        Position = position;
        _batchSize = header.SizeInBytes;
        NextPosition = position + _batchSize;
        _isWhole = false;
        return !whole || LoadWhole();
    }

    /// <summary>Reads the rest of the current batch; false if bytes are missing.</summary>
    public bool LoadWhole()
    {
        Fill(Position, _batchSize);
        _isWhole = Window(Position).Length >= _batchSize;
        if (!_isWhole)
            Status = RecordSetStatus.Truncated;
        return _isWhole;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private ReadOnlySpan<byte> Window(int position) => _buffer.AsSpan(position - _windowStart, _windowStart + _windowLength - position);

    /// <summary>Has <paramref name="wanted"/> bytes from <paramref name="position"/> in the window, or all there are.</summary>
    private void Fill(int position, int wanted)
    {
        var windowEnd = _windowStart + _windowLength;
        if (position >= _windowStart && position + (long)wanted <= windowEnd)
            return;
        var kept = 0;
        var old = _buffer;
        if (wanted > old.Length)
            _buffer = ArrayPool<byte>.Shared.Rent(wanted);
        if (position >= _windowStart && position < windowEnd)
        {
            kept = windowEnd - position;
            old.AsSpan(position - _windowStart, kept).CopyTo(_buffer);
        }

        if (!ReferenceEquals(old, _buffer))
            ArrayPool<byte>.Shared.Return(old);
        _windowStart = position;
        _windowLength = kept;
        var room = Math.Min(_buffer.Length, _endPosition - position);
        while (_windowLength < room)
        {
            var read = _segment.Read(position + _windowLength, _buffer.AsSpan(_windowLength, room - _windowLength));
            if (read == 0)
                return;
            _windowLength += read;
        }
    }
}
