using System.Buffers.Binary;
using Kafka.Modular.Core.Checksums;
using static Kafka.Modular.Protocol.Records.RecordBatchFormat;

namespace Kafka.Modular.Protocol.Records;

/// <summary>Changes fields of a batch of magic 2 where it lies.</summary>
public static class RecordBatchPatch
{
    /// <summary>Sets the base offset. The checksum does not cover it.</summary>
    public static void SetBaseOffset(Span<byte> batch, long baseOffset) => BinaryPrimitives.WriteInt64BigEndian(batch, baseOffset);

    /// <summary>Sets the leader epoch. The checksum does not cover it.</summary>
    public static void SetPartitionLeaderEpoch(Span<byte> batch, int leaderEpoch) =>
        BinaryPrimitives.WriteInt32BigEndian(batch[PartitionLeaderEpochPosition..], leaderEpoch);

    /// <summary>
    /// Sets the timestamp type and the maximum timestamp (ms since the epoch) and computes the checksum again; does nothing where both
    /// are so already.
    /// </summary>
    public static void SetMaxTimestamp(Span<byte> batch, TimestampType type, long maxTimestamp)
    {
        var attributes = BinaryPrimitives.ReadInt16BigEndian(batch[AttributesPosition..]);
        var wanted = type == TimestampType.LogAppendTime
            ? (short)(attributes | TimestampTypeMask)
            : (short)(attributes & ~TimestampTypeMask);
        if (wanted == attributes && BinaryPrimitives.ReadInt64BigEndian(batch[MaxTimestampPosition..]) == maxTimestamp)
            return;
        BinaryPrimitives.WriteInt16BigEndian(batch[AttributesPosition..], wanted);
        BinaryPrimitives.WriteInt64BigEndian(batch[MaxTimestampPosition..], maxTimestamp);
        UpdateCrc(batch);
    }

    /// <summary>Computes the checksum again over the complete batch and stores it.</summary>
    public static void UpdateCrc(Span<byte> batch) =>
        BinaryPrimitives.WriteUInt32BigEndian(batch[CrcPosition..], Crc32C.Compute(batch[AttributesPosition..]));
}
