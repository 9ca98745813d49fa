using System.Buffers;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Protocol.Records;

/// <summary>
/// Reads the records of a compressed batch as they are decompressed, checking every length and skipping keys and values, with a fixed
/// piece of memory: a small batch that decompresses to gigabytes costs no more than the time. One thread at a time.
/// </summary>
public sealed class RecordScanner : IDisposable
{
    private const int BufferSize = 16 * 1024;

    // Length, attributes, timestamp delta, offset delta, key length.
    private const int LongestStart = 5 + 1 + 10 + 5 + 5;

    private readonly IDecompressor _source;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _position;
    private int _end;
    private int _left;
    private bool _sourceEnded;
    private bool _isDisposed;

    /// <summary>Starts before the first record.</summary>
    /// <param name="ownedSource">Gives the decompressed records; disposed with the scanner.</param>
    /// <param name="recordCount">The number of records that the batch's header claims.</param>
    public RecordScanner(IDecompressor ownedSource, int recordCount)
    {
        _source = ownedSource;
        _left = recordCount;
    }

    /// <summary>Bytes decompressed so far.</summary>
    public long DecompressedBytes { get; private set; }

    /// <summary>Why <see cref="MoveNext"/> gave false; <see cref="RecordSetStatus.End"/> if the records are as many as claimed and nothing follows.</summary>
    public RecordSetStatus Status { get; private set; }

    /// <summary>Goes to the next record; false after the last one and at the first that is malformed.</summary>
    /// <exception cref="CorruptCompressedDataException">The data does not decompress.</exception>
    public bool MoveNext(out RecordSummary record)
    {
        record = default;
        if (_left <= 0)
        {
            Fill(1);
            Status = _left == 0 && _position == _end ? RecordSetStatus.End : RecordSetStatus.Corrupt;
            return false;
        }

        Status = ReadRecord(out record) ? RecordSetStatus.Ok : RecordSetStatus.Corrupt;
        _left--;
        return Status == RecordSetStatus.Ok;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        ArrayPool<byte>.Shared.Return(_buffer);
        _source.Dispose();
    }

    private bool ReadRecord(out RecordSummary record)
    {
        record = default;
        Fill(LongestStart);
        var start = _position;
        if (!RecordVarint.TryReadInt32(Window, ref _position, out var length) || length < 1)
            return false;
        var size = _position - start + length;
        long remaining = length;
        var mark = _position;
        // One byte of record attributes, of which none is defined.
        _position++;
        if (!RecordVarint.TryReadInt64(Window, ref _position, out var timestampDelta)
            || !RecordVarint.TryReadInt32(Window, ref _position, out var offsetDelta))
        {
            return false;
        }

        remaining -= _position - mark;
        if (!SkipPiece(ref remaining, isNullAllowed: true, out var hasKey)
            || !SkipPiece(ref remaining, isNullAllowed: true, out _)
            || !ReadLength(ref remaining, out var headers) || headers < 0)
        {
            return false;
        }

        for (; headers > 0; headers--)
        {
            if (!SkipPiece(ref remaining, isNullAllowed: false, out _) || !SkipPiece(ref remaining, isNullAllowed: true, out _))
                return false;
        }

        record = new RecordSummary(offsetDelta, timestampDelta, hasKey, size);
        return remaining == 0;
    }

    private ReadOnlySpan<byte> Window => _buffer.AsSpan(0, _end);

    private bool ReadLength(ref long remaining, out int length)
    {
        Fill(5);
        var mark = _position;
        if (!RecordVarint.TryReadInt32(Window, ref _position, out length))
            return false;
        remaining -= _position - mark;
        return remaining >= 0;
    }

    private bool SkipPiece(ref long remaining, bool isNullAllowed, out bool isThere)
    {
        isThere = false;
        if (!ReadLength(ref remaining, out var length) || length < (isNullAllowed ? -1 : 0) || length > remaining)
            return false;
        isThere = length >= 0;
        remaining -= Math.Max(length, 0);
        while (length > 0)
        {
            Fill(1);
            var step = Math.Min(length, _end - _position);
            if (step == 0)
                return false;
            _position += step;
            length -= step;
        }

        return true;
    }

    /// <summary>Makes <paramref name="wanted"/> bytes available, or all that are left.</summary>
    private void Fill(int wanted)
    {
        if (_end - _position >= wanted || _sourceEnded)
            return;
        _buffer.AsSpan(_position, _end - _position).CopyTo(_buffer);
        _end -= _position;
        _position = 0;
        while (_end < wanted)
        {
            var read = _source.Read(_buffer.AsSpan(_end));
            if (read == 0)
            {
                _sourceEnded = true;
                return;
            }

            _end += read;
            DecompressedBytes += read;
        }
    }
}
