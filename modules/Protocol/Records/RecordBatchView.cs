using System.Buffers.Binary;
using Kafka.Modular.Core.Checksums;
using static Kafka.Modular.Protocol.Records.RecordBatchFormat;

namespace Kafka.Modular.Protocol.Records;

/// <summary>
/// One record batch (magic 2) or one message of the older format (magic 0 and 1) where it lies; nothing is copied or allocated.
/// </summary>
/// <remarks>
/// Made by <see cref="TryRead"/>, which checks lengths and magic but not the checksum, or by <see cref="TryReadHeader"/> when only
/// the header is at hand. Properties that the older format lacks give the value that Kafka gives: -1, false or none.
/// </remarks>
public readonly ref struct RecordBatchView
{
    private readonly ReadOnlySpan<byte> _bytes;

    private RecordBatchView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The bytes of the batch; its header alone after <see cref="TryReadHeader"/>.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The size of the whole batch in bytes, base offset and length included.</summary>
    public int SizeInBytes => LogOverhead + BinaryPrimitives.ReadInt32BigEndian(_bytes[LengthPosition..]);

    /// <summary>The format: 0, 1 or 2.</summary>
    public sbyte Magic => (sbyte)_bytes[MagicPosition];

    /// <summary>
    /// The offset of the first record, also when compaction has removed it. For a compressed message of magic 0 or 1 this is the offset
    /// field, which holds the last offset: the first is known only once it is decompressed.
    /// </summary>
    public long BaseOffset => BinaryPrimitives.ReadInt64BigEndian(_bytes);

    /// <summary>The offset of the last record, also when compaction has removed it.</summary>
    public long LastOffset => Magic >= 2 ? BaseOffset + LastOffsetDelta : BaseOffset;

    /// <summary>The offset after the last one.</summary>
    public long NextOffset => LastOffset + 1;

    /// <summary>Last offset minus base offset.</summary>
    public int LastOffsetDelta => Magic >= 2 ? BinaryPrimitives.ReadInt32BigEndian(_bytes[LastOffsetDeltaPosition..]) : 0;

    /// <summary>The leader epoch in which the batch was appended, or -1.</summary>
    public int PartitionLeaderEpoch =>
        Magic >= 2 ? BinaryPrimitives.ReadInt32BigEndian(_bytes[PartitionLeaderEpochPosition..]) : None;

    /// <summary>The attribute bits.</summary>
    public short Attributes => Magic >= 2
        ? BinaryPrimitives.ReadInt16BigEndian(_bytes[AttributesPosition..])
        : (short)_bytes[LegacyAttributesPosition];

    /// <summary>How the records are compressed; values above <see cref="CompressionType.Zstd"/> are unknown types.</summary>
    public CompressionType Compression => (CompressionType)(Attributes & CompressionMask);

    /// <summary>Whether the records are compressed.</summary>
    public bool IsCompressed => (Attributes & CompressionMask) != 0;

    /// <summary>Who set the timestamps.</summary>
    public TimestampType TimestampType => Magic == 0
        ? TimestampType.NoTimestampType
        : (Attributes & TimestampTypeMask) != 0 ? TimestampType.LogAppendTime : TimestampType.CreateTime;

    /// <summary>Whether the batch belongs to a transaction.</summary>
    public bool IsTransactional => Magic >= 2 && (Attributes & TransactionalMask) != 0;

    /// <summary>Whether the batch holds control records, which no consumer sees.</summary>
    public bool IsControl => Magic >= 2 && (Attributes & ControlMask) != 0;

    /// <summary>Whether the base timestamp field holds the time after which tombstones may go (KIP-534).</summary>
    public bool HasDeleteHorizon => Magic >= 2 && (Attributes & DeleteHorizonMask) != 0;

    /// <summary>When tombstones and markers of this batch may be removed, in ms since the epoch; -1 if not set.</summary>
    public long DeleteHorizonMs => HasDeleteHorizon ? BaseTimestamp : None;

    /// <summary>What the records' timestamp deltas are relative to, in ms since the epoch.</summary>
    public long BaseTimestamp => Magic >= 2 ? BinaryPrimitives.ReadInt64BigEndian(_bytes[BaseTimestampPosition..]) : MaxTimestamp;

    /// <summary>The largest timestamp of the batch in ms since the epoch, -1 if there is none.</summary>
    public long MaxTimestamp => Magic switch
    {
        >= 2 => BinaryPrimitives.ReadInt64BigEndian(_bytes[MaxTimestampPosition..]),
        1 => BinaryPrimitives.ReadInt64BigEndian(_bytes[LegacyTimestampPosition..]),
        _ => None,
    };

    /// <summary>The idempotent producer's id, or -1.</summary>
    public long ProducerId => Magic >= 2 ? BinaryPrimitives.ReadInt64BigEndian(_bytes[ProducerIdPosition..]) : None;

    /// <summary>The idempotent producer's epoch, or -1.</summary>
    public short ProducerEpoch => Magic >= 2 ? BinaryPrimitives.ReadInt16BigEndian(_bytes[ProducerEpochPosition..]) : (short)None;

    /// <summary>Whether the batch comes from an idempotent producer.</summary>
    public bool HasProducerId => ProducerId > None;

    /// <summary>The producer's sequence number of the first record, or -1.</summary>
    public int BaseSequence => Magic >= 2 ? BinaryPrimitives.ReadInt32BigEndian(_bytes[BaseSequencePosition..]) : None;

    /// <summary>The producer's sequence number of the last record, or -1; sequences wrap from the largest int to 0.</summary>
    public int LastSequence => BaseSequence == None ? None : IncrementSequence(BaseSequence, LastOffsetDelta);

    /// <summary>The number of records that are in the batch; compaction lowers it. -1 where the format does not tell.</summary>
    public int RecordCount => Magic >= 2 ? BinaryPrimitives.ReadInt32BigEndian(_bytes[RecordCountPosition..]) : None;

    /// <summary>The checksum that the batch carries: CRC-32C of everything behind it (magic 2), CRC-32 before that.</summary>
    public uint Crc => BinaryPrimitives.ReadUInt32BigEndian(_bytes[(Magic >= 2 ? CrcPosition : LegacyCrcPosition)..]);

    /// <summary>The bytes behind the header, compressed as <see cref="Compression"/> says. Only for magic 2 and a complete batch.</summary>
    public ReadOnlySpan<byte> Records => _bytes[HeaderSize..];

    /// <summary>Computes the checksum of the batch as it lies there. Needs the complete batch.</summary>
    public uint ComputeCrc() => Magic >= 2
        ? Crc32C.Compute(_bytes[AttributesPosition..])
        : Crc32.Compute(_bytes[MagicPosition..]);

    /// <summary>Whether the checksum is right. Needs the complete batch.</summary>
    public bool IsValid() => ComputeCrc() == Crc;

    /// <summary>Reads the batch at the beginning of <paramref name="bytes"/>, which must hold all of it.</summary>
    /// <returns>
    /// <see cref="RecordSetStatus.Corrupt"/> if the length cannot be or the magic is unknown, <see cref="RecordSetStatus.Truncated"/> if
    /// bytes are missing.
    /// </returns>
    public static RecordSetStatus TryRead(ReadOnlySpan<byte> bytes, out RecordBatchView batch)
    {
        batch = default;
        var status = CheckHeader(bytes, out var size);
        if (status != RecordSetStatus.Ok)
            return status;
        if (bytes.Length < size)
            return RecordSetStatus.Truncated;
        batch = new RecordBatchView(bytes[..size]);
        return RecordSetStatus.Ok;
    }

    /// <summary>
    /// Reads a batch's header alone: <see cref="HeaderSize"/> bytes are enough, fewer for a small message of magic 0 or 1.
    /// </summary>
    /// <returns>As <see cref="TryRead"/>; bytes missing behind the header are no error.</returns>
    public static RecordSetStatus TryReadHeader(ReadOnlySpan<byte> bytes, out RecordBatchView batch)
    {
        batch = default;
        var status = CheckHeader(bytes, out var size);
        if (status != RecordSetStatus.Ok)
            return status;
        var needed = Math.Min(size, HeaderSize);
        if (bytes.Length < needed)
            return RecordSetStatus.Truncated;
        batch = new RecordBatchView(bytes[..needed]);
        return RecordSetStatus.Ok;
    }

    private static RecordSetStatus CheckHeader(ReadOnlySpan<byte> bytes, out int size)
    {
        size = 0;
        if (bytes.Length < LogOverhead)
            return bytes.IsEmpty ? RecordSetStatus.End : RecordSetStatus.Truncated;
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[LengthPosition..]);
        if (length < SmallestLegacyLength || length > int.MaxValue - LogOverhead)
            return RecordSetStatus.Corrupt;
        if (bytes.Length < MagicHeaderSize)
            return RecordSetStatus.Truncated;
        var smallest = (sbyte)bytes[MagicPosition] switch
        {
            0 => SmallestLegacyLength,
            1 => SmallestLegacyLength + sizeof(long),
            2 => HeaderSize - LogOverhead,
            _ => int.MaxValue,
        };
        if (length < smallest)
            return RecordSetStatus.Corrupt;
        size = length + LogOverhead;
        return RecordSetStatus.Ok;
    }
}
