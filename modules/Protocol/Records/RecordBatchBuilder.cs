using System.Buffers.Binary;
using System.Text;
using static Kafka.Modular.Protocol.Records.RecordBatchFormat;

namespace Kafka.Modular.Protocol.Records;

/// <summary>
/// Writes one batch of magic 2: for internal topics, the metadata log, control batches and recompression. Not safe for use by two threads.
/// </summary>
public sealed class RecordBatchBuilder
{
    private RecordBatchOptions _options;
    private byte[] _buffer;
    private int _length = HeaderSize;
    private int _count;
    private long _baseTimestamp = None;
    private long _maxTimestamp = None;
    private long _lastOffset;

    /// <summary>Starts an empty batch.</summary>
    /// <param name="options">The header fields.</param>
    /// <param name="capacity">Bytes to reserve; the batch grows beyond them.</param>
    public RecordBatchBuilder(in RecordBatchOptions options, int capacity = 512)
    {
        _buffer = new byte[Math.Max(capacity, HeaderSize)];
        Reset(in options);
    }

    /// <summary>The number of records so far.</summary>
    public int Count => _count;

    /// <summary>How the records shall be compressed.</summary>
    public CompressionType Compression => _options.Compression;

    /// <summary>The size in bytes that the batch has without compression.</summary>
    public int SizeInBytes => _length;

    /// <summary>The offset of the record that is appended next.</summary>
    public long NextOffset => _lastOffset + 1;

    /// <summary>The largest timestamp so far in ms since the epoch, -1 if there is none.</summary>
    public long MaxTimestamp => _options.TimestampType == TimestampType.LogAppendTime ? _options.LogAppendTime : _maxTimestamp;

    /// <summary>Begins anew, keeping the memory; batches built before must no longer be used.</summary>
    public void Reset(in RecordBatchOptions options)
    {
        _options = options;
        _length = HeaderSize;
        _count = 0;
        _baseTimestamp = options.DeleteHorizonMs ?? None;
        _maxTimestamp = None;
        _lastOffset = options.BaseOffset - 1;
    }

    /// <summary>Names the idempotent producer and the sequence of the first record, which may be known only when the batch is sent.</summary>
    public void SetProducer(long producerId, short producerEpoch, int baseSequence) =>
        _options = _options with { ProducerId = producerId, ProducerEpoch = producerEpoch, BaseSequence = baseSequence };

    /// <summary>Appends a record at the next offset. <paramref name="timestamp"/> is in ms since the epoch.</summary>
    public void Append(long timestamp, byte[]? key, byte[]? value, IReadOnlyList<RecordHeader>? headers = null) =>
        AppendAt(NextOffset, timestamp, key is not null, key, value is not null, value, headers);

    /// <summary>Appends a record at <paramref name="offset"/>, which lies behind the last one.</summary>
    public void AppendAt(
        long offset,
        long timestamp,
        bool hasKey,
        ReadOnlySpan<byte> key,
        bool hasValue,
        ReadOnlySpan<byte> value,
        IReadOnlyList<RecordHeader>? headers = null)
    {
        Begin(offset, timestamp, out var timestampDelta, out var offsetDelta);
        var body = 1 + RecordVarint.SizeOf(timestampDelta) + RecordVarint.SizeOf(offsetDelta)
            + SizeOfPiece(hasKey, key.Length) + SizeOfPiece(hasValue, value.Length) + SizeOfHeaders(headers);
        var target = Reserve(RecordVarint.SizeOf(body) + body);
        target = target[RecordVarint.Write(target, body)..];
        target[0] = 0;
        target = target[1..];
        target = target[RecordVarint.Write(target, timestampDelta)..];
        target = target[RecordVarint.Write(target, offsetDelta)..];
        target = WritePiece(target, hasKey, key);
        target = WritePiece(target, hasValue, value);
        target = target[RecordVarint.Write(target, headers?.Count ?? 0)..];
        for (var index = 0; index < (headers?.Count ?? 0); index++)
        {
            var header = headers![index];
            target = target[RecordVarint.Write(target, Encoding.UTF8.GetByteCount(header.Key))..];
            target = target[Encoding.UTF8.GetBytes(header.Key, target)..];
            target = WritePiece(target, header.Value is not null, header.Value);
        }
    }

    /// <summary>Appends a copy of <paramref name="record"/>, which may come from any format, at <paramref name="offset"/>.</summary>
    public void AppendCopy(long offset, in RecordView record)
    {
        Begin(offset, record.Timestamp, out var timestampDelta, out var offsetDelta);
        var headers = record.RawHeaders;
        var body = 1 + RecordVarint.SizeOf(timestampDelta) + RecordVarint.SizeOf(offsetDelta)
            + SizeOfPiece(!record.IsKeyNull, record.Key.Length) + SizeOfPiece(!record.IsValueNull, record.Value.Length)
            + RecordVarint.SizeOf(record.HeaderCount) + headers.Length;
        var target = Reserve(RecordVarint.SizeOf(body) + body);
        target = target[RecordVarint.Write(target, body)..];
        target[0] = 0;
        target = target[1..];
        target = target[RecordVarint.Write(target, timestampDelta)..];
        target = target[RecordVarint.Write(target, offsetDelta)..];
        target = WritePiece(target, !record.IsKeyNull, record.Key);
        target = WritePiece(target, !record.IsValueNull, record.Value);
        target = target[RecordVarint.Write(target, record.HeaderCount)..];
        headers.CopyTo(target);
    }

    /// <summary>Finishes the batch, which must not be compressed, and gives its bytes: they stay good until the next use of this builder.</summary>
    public Memory<byte> Build()
    {
        if (_options.Compression != CompressionType.None)
            throw new InvalidOperationException("A compressed batch is built with its codec.");
        WriteHeader(_buffer.AsSpan(0, _length));
        return _buffer.AsMemory(0, _length);
    }

    /// <summary>
    /// Gives the bytes of the batch as they are before compression, whatever the options say, so that its records can be read again; they
    /// stay good until the next use of this builder.
    /// </summary>
    public ReadOnlyMemory<byte> BuildUncompressed()
    {
        var options = _options;
        _options = _options with { Compression = CompressionType.None };
        WriteHeader(_buffer.AsSpan(0, _length));
        _options = options;
        return _buffer.AsMemory(0, _length);
    }

    /// <summary>The records so far, uncompressed.</summary>
    internal ReadOnlySpan<byte> Records => _buffer.AsSpan(HeaderSize, _length - HeaderSize);

    /// <summary>Writes the header into <paramref name="batch"/>, whose records are already there, as they shall be on disk.</summary>
    internal void WriteHeader(Span<byte> batch)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch, _options.BaseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[LengthPosition..], batch.Length - LogOverhead);
        BinaryPrimitives.WriteInt32BigEndian(batch[PartitionLeaderEpochPosition..], _options.PartitionLeaderEpoch);
        batch[MagicPosition] = (byte)CurrentMagic;
        BinaryPrimitives.WriteInt16BigEndian(batch[AttributesPosition..], Attributes());
        var lastOffset = _options.LastOffset ?? Math.Max(_lastOffset, _options.BaseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[LastOffsetDeltaPosition..], checked((int)(lastOffset - _options.BaseOffset)));
        BinaryPrimitives.WriteInt64BigEndian(batch[BaseTimestampPosition..], _baseTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[MaxTimestampPosition..], MaxTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[ProducerIdPosition..], _options.ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(batch[ProducerEpochPosition..], _options.ProducerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(batch[BaseSequencePosition..], _options.BaseSequence);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordCountPosition..], _count);
        RecordBatchPatch.UpdateCrc(batch);
    }

    private short Attributes()
    {
        var attributes = (short)((short)_options.Compression & CompressionMask);
        if (_options.TimestampType == TimestampType.LogAppendTime)
            attributes |= TimestampTypeMask;
        if (_options.IsTransactional)
            attributes |= TransactionalMask;
        if (_options.IsControl)
            attributes |= ControlMask;
        if (_options.DeleteHorizonMs is not null)
            attributes |= DeleteHorizonMask;
        return attributes;
    }

    private void Begin(long offset, long timestamp, out long timestampDelta, out int offsetDelta)
    {
        if (offset <= _lastOffset)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "Offsets within a batch must grow.");
        if (_count == 0 && _options.DeleteHorizonMs is null)
            _baseTimestamp = timestamp;
        offsetDelta = checked((int)(offset - _options.BaseOffset));
        timestampDelta = timestamp - _baseTimestamp;
        _maxTimestamp = Math.Max(_maxTimestamp, timestamp);
        _lastOffset = offset;
        _count++;
    }

    private Span<byte> Reserve(int size)
    {
        if (_buffer.Length - _length < size)
            Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max(_buffer.Length * 2L, _length + (long)size)));
        var target = _buffer.AsSpan(_length, size);
        _length += size;
        return target;
    }

    private static int SizeOfPiece(bool isThere, int length) => isThere ? RecordVarint.SizeOf(length) + length : 1;

    private static Span<byte> WritePiece(Span<byte> target, bool isThere, ReadOnlySpan<byte> piece)
    {
        target = target[RecordVarint.Write(target, isThere ? piece.Length : -1)..];
        if (!isThere)
            return target;
        piece.CopyTo(target);
        return target[piece.Length..];
    }

    private static int SizeOfHeaders(IReadOnlyList<RecordHeader>? headers)
    {
        if (headers is null)
            return 1;
        var size = RecordVarint.SizeOf(headers.Count);
        for (var index = 0; index < headers.Count; index++)
        {
            var header = headers[index];
            size += SizeOfPiece(isThere: true, Encoding.UTF8.GetByteCount(header.Key)) + SizeOfPiece(header.Value is not null, header.Value?.Length ?? 0);
        }

        return size;
    }
}
