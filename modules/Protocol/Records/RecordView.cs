namespace Kafka.Modular.Protocol.Records;

/// <summary>One record where it lies in the decompressed bytes of its batch; nothing is copied or allocated.</summary>
public readonly ref struct RecordView
{
    private readonly ReadOnlySpan<byte> _headers;
    private readonly int _headerCount;

    internal RecordView(
        long offset, long timestamp, ReadOnlySpan<byte> key, bool isKeyNull, ReadOnlySpan<byte> value, bool isValueNull)
    {
        Offset = offset;
        Timestamp = timestamp;
        Key = key;
        IsKeyNull = isKeyNull;
        Value = value;
        IsValueNull = isValueNull;
    }

    private RecordView(ReadOnlySpan<byte> bytes, scoped in Parsed parsed, long baseOffset, long baseTimestamp, long? logAppendTime)
        : this(
            baseOffset + parsed.OffsetDelta,
            logAppendTime ?? baseTimestamp + parsed.TimestampDelta,
            bytes.Slice(parsed.KeyPosition, Math.Max(parsed.KeyLength, 0)),
            parsed.KeyLength < 0,
            bytes.Slice(parsed.ValuePosition, Math.Max(parsed.ValueLength, 0)),
            parsed.ValueLength < 0)
    {
        OffsetDelta = parsed.OffsetDelta;
        TimestampDelta = parsed.TimestampDelta;
        _headers = bytes[parsed.HeadersPosition..parsed.EndPosition];
        _headerCount = parsed.HeaderCount;
        SizeInBytes = parsed.EndPosition - parsed.StartPosition;
    }

    /// <summary>The record's offset in its partition.</summary>
    public long Offset { get; }

    /// <summary>The record's timestamp in ms since the epoch; the batch's own with <see cref="TimestampType.LogAppendTime"/>.</summary>
    public long Timestamp { get; }

    /// <summary>Offset minus the batch's base offset, as the record says it; 0 for magic 0 and 1.</summary>
    public int OffsetDelta { get; }

    /// <summary>Timestamp minus the batch's base timestamp, as the record says it; 0 for magic 0 and 1.</summary>
    public long TimestampDelta { get; }

    /// <summary>Bytes that the record takes, its length included; 0 for magic 0 and 1.</summary>
    public int SizeInBytes { get; }

    /// <summary>The key; empty when it is null.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>Whether the key is null, which differs from empty.</summary>
    public bool IsKeyNull { get; }

    /// <summary>The value; empty when it is null.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Whether the value is null, which makes the record a tombstone.</summary>
    public bool IsValueNull { get; }

    /// <summary>The number of headers.</summary>
    public int HeaderCount => _headerCount;

    /// <summary>The headers in their order.</summary>
    public RecordHeaderEnumerator Headers => new(_headers, _headerCount);

    /// <summary>The headers as they lie, without their count.</summary>
    internal ReadOnlySpan<byte> RawHeaders => _headers;

    /// <summary>Reads the record at <paramref name="position"/> and moves the position behind it, checking every length in it.</summary>
    internal static RecordSetStatus TryRead(
        ReadOnlySpan<byte> bytes, scoped ref int position, long baseOffset, long baseTimestamp, long? logAppendTime, out RecordView record)
    {
        record = default;
        var parsed = new Parsed { StartPosition = position };
        var at = position;
        if (!RecordVarint.TryReadInt32(bytes, ref at, out var length))
            return bytes.Length - position < 5 ? RecordSetStatus.Truncated : RecordSetStatus.Corrupt;
        if (length < 0)
            return RecordSetStatus.Corrupt;
        if (length > bytes.Length - at)
            return RecordSetStatus.Truncated;
        parsed.EndPosition = at + length;
        var body = bytes[..parsed.EndPosition];
        // One byte of record attributes, of which none is defined.
        at++;
        if (!RecordVarint.TryReadInt64(body, ref at, out parsed.TimestampDelta)
            || !RecordVarint.TryReadInt32(body, ref at, out parsed.OffsetDelta)
            || !TryReadPiece(body, ref at, out parsed.KeyPosition, out parsed.KeyLength)
            || !TryReadPiece(body, ref at, out parsed.ValuePosition, out parsed.ValueLength)
            || !RecordVarint.TryReadInt32(body, ref at, out parsed.HeaderCount)
            || parsed.HeaderCount < 0
            || parsed.HeaderCount > (body.Length - at) / 2)
        {
            return RecordSetStatus.Corrupt;
        }

        parsed.HeadersPosition = at;
        for (var left = parsed.HeaderCount; left > 0; left--)
        {
            if (!RecordHeaderEnumerator.TryReadOne(body, ref at, out _))
                return RecordSetStatus.Corrupt;
        }

        if (at != parsed.EndPosition)
            return RecordSetStatus.Corrupt;
        position = at;
        record = new RecordView(bytes, in parsed, baseOffset, baseTimestamp, logAppendTime);
        return RecordSetStatus.Ok;
    }

    private static bool TryReadPiece(ReadOnlySpan<byte> body, scoped ref int at, out int position, out int length)
    {
        position = 0;
        if (!RecordVarint.TryReadInt32(body, ref at, out length) || length < -1 || length > body.Length - at)
            return false;
        position = at;
        at += Math.Max(length, 0);
        return true;
    }

    private struct Parsed
    {
        public int StartPosition;
        public int EndPosition;
        public long TimestampDelta;
        public int OffsetDelta;
        public int KeyPosition;
        public int KeyLength;
        public int ValuePosition;
        public int ValueLength;
        public int HeadersPosition;
        public int HeaderCount;
    }
}
