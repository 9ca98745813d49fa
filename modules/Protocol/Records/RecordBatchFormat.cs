namespace Kafka.Modular.Protocol.Records;

/// <summary>Positions and sizes of the record batch format (magic 2, KIP-98) and of the message format before it (magic 0 and 1).</summary>
public static class RecordBatchFormat
{
    /// <summary>The newest and the only magic that producers may send.</summary>
    public const sbyte CurrentMagic = 2;

    /// <summary>Bytes of the base offset and of the length, which the length does not count.</summary>
    public const int LogOverhead = 12;

    /// <summary>Bytes of a batch's header, the length and base offset included; the records follow.</summary>
    public const int HeaderSize = 61;

    /// <summary>Bytes that have to be there before the magic of an entry can be read.</summary>
    public const int MagicHeaderSize = 17;

    /// <summary>The value of a producer id, producer epoch or sequence that is not set.</summary>
    public const int None = -1;

    internal const int LengthPosition = 8;
    internal const int PartitionLeaderEpochPosition = 12;
    internal const int MagicPosition = 16;
    internal const int CrcPosition = 17;
    internal const int AttributesPosition = 21;
    internal const int LastOffsetDeltaPosition = 23;
    internal const int BaseTimestampPosition = 27;
    internal const int MaxTimestampPosition = 35;
    internal const int ProducerIdPosition = 43;
    internal const int ProducerEpochPosition = 51;
    internal const int BaseSequencePosition = 53;
    internal const int RecordCountPosition = 57;

    internal const int LegacyCrcPosition = 12;
    internal const int LegacyAttributesPosition = 17;
    internal const int LegacyTimestampPosition = 18;

    /// <summary>Smallest length field of magic 0: crc, magic, attributes, and the lengths of key and value.</summary>
    internal const int SmallestLegacyLength = 14;

    internal const short CompressionMask = 0x07;
    internal const short TimestampTypeMask = 0x08;
    internal const short TransactionalMask = 0x10;
    internal const short ControlMask = 0x20;
    internal const short DeleteHorizonMask = 0x40;

    /// <summary>The sequence that is <paramref name="increment"/> after <paramref name="sequence"/>; after the largest int follows 0.</summary>
    public static int IncrementSequence(int sequence, int increment) =>
        sequence > int.MaxValue - increment ? increment - (int.MaxValue - sequence) - 1 : sequence + increment;

    /// <summary>The sequence that is <paramref name="decrement"/> before <paramref name="sequence"/>; before 0 comes the largest int.</summary>
    public static int DecrementSequence(int sequence, int decrement) =>
        sequence < decrement ? int.MaxValue - (decrement - sequence) + 1 : sequence - decrement;
}
