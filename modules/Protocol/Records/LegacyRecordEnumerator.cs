using System.Buffers.Binary;
using static Kafka.Modular.Protocol.Records.RecordBatchFormat;

namespace Kafka.Modular.Protocol.Records;

/// <summary>
/// Walks the records of one message of magic 0 or 1: itself, or, when it is a compressed wrapper, the messages inside it (KIP-31, KIP-32).
/// </summary>
/// <remarks>
/// Inside a wrapper of magic 1 the offsets are relative: the wrapper's offset is that of the last one. A wrapper that the broker stamped
/// gives its timestamp to every message inside.
/// </remarks>
public ref struct LegacyRecordEnumerator
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly sbyte _magic;
    private readonly bool _isWrapper;
    private readonly long _offsetShift;
    private readonly long? _logAppendTime;
    private RecordView _current;
    private int _position;

    /// <summary>Starts at a message that is not compressed; it is the only record.</summary>
    public LegacyRecordEnumerator(in RecordBatchView message)
    {
        if (message.Magic > 1 || message.IsCompressed)
            throw new ArgumentException("Not an uncompressed message of magic 0 or 1.", nameof(message));
        _bytes = message.Bytes;
        _magic = message.Magic;
    }

    /// <summary>Starts before the first message of a compressed wrapper whose value was decompressed to <paramref name="messages"/>.</summary>
    public LegacyRecordEnumerator(in RecordBatchView wrapper, ReadOnlySpan<byte> messages)
    {
        if (wrapper.Magic > 1 || !wrapper.IsCompressed)
            throw new ArgumentException("Not a compressed message of magic 0 or 1.", nameof(wrapper));
        _bytes = messages;
        _magic = wrapper.Magic;
        _isWrapper = true;
        if (wrapper.Magic == 0)
            return;
        _logAppendTime = wrapper.TimestampType == TimestampType.LogAppendTime ? wrapper.MaxTimestamp : null;
        var last = 0L;
        foreach (var message in new RecordBatchEnumerator(messages))
            last = message.BaseOffset;
        _offsetShift = wrapper.BaseOffset - last;
    }

    /// <summary>The record that the last successful <see cref="MoveNext"/> came to.</summary>
    public readonly RecordView Current => _current;

    /// <summary>Why <see cref="MoveNext"/> gave false; <see cref="RecordSetStatus.End"/> if every byte was read.</summary>
    public RecordSetStatus Status { get; private set; }

    /// <summary>Goes to the next record; false after the last one and at the first that is malformed or has a wrong checksum.</summary>
    public bool MoveNext()
    {
        Status = RecordBatchView.TryRead(_bytes[_position..], out var message);
        if (Status == RecordSetStatus.Ok && (message.Magic != _magic || (_isWrapper && (message.IsCompressed || !message.IsValid()))))
            Status = RecordSetStatus.Corrupt;
        if (Status != RecordSetStatus.Ok)
            return false;
        if (!TryReadKeyAndValue(message, out var key, out var isKeyNull, out var value, out var isValueNull))
        {
            Status = RecordSetStatus.Corrupt;
            return false;
        }

        _position += message.Bytes.Length;
        _current = new RecordView(
            message.BaseOffset + _offsetShift, _logAppendTime ?? message.MaxTimestamp, key, isKeyNull, value, isValueNull);
        return true;
    }

    /// <summary>Itself, so that <c>foreach</c> works.</summary>
    public readonly LegacyRecordEnumerator GetEnumerator() => this;

    /// <summary>The value of a compressed wrapper: the compressed messages. False if its lengths are wrong or it is null.</summary>
    public static bool TryGetCompressedMessages(scoped in RecordBatchView wrapper, out ReadOnlySpan<byte> compressed) =>
        TryReadKeyAndValue(wrapper, out _, out _, out compressed, out var isNull) && !isNull;

    private static bool TryReadKeyAndValue(
        scoped in RecordBatchView message, out ReadOnlySpan<byte> key, out bool isKeyNull, out ReadOnlySpan<byte> value, out bool isValueNull)
    {
        var bytes = message.Bytes;
        var position = message.Magic == 0 ? LegacyTimestampPosition : LegacyTimestampPosition + sizeof(long);
        value = default;
        isValueNull = true;
        return TryReadPiece(bytes, ref position, out key, out isKeyNull)
            && TryReadPiece(bytes, ref position, out value, out isValueNull)
            && position == bytes.Length;
    }

    private static bool TryReadPiece(ReadOnlySpan<byte> bytes, scoped ref int position, out ReadOnlySpan<byte> piece, out bool isNull)
    {
        piece = default;
        isNull = true;
        if (bytes.Length - position < sizeof(int))
            return false;
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[position..]);
        position += sizeof(int);
        if (length < -1 || length > bytes.Length - position)
            return false;
        isNull = length < 0;
        piece = bytes.Slice(position, Math.Max(length, 0));
        position += piece.Length;
        return true;
    }
}
