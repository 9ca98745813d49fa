using System.Buffers.Binary;
using System.Globalization;
using Kafka.Modular.Core.Checksums;
using Kafka.Modular.LogStorage.Checkpoints;

namespace Kafka.Modular.LogStorage.Producers;

/// <summary>
/// Producer snapshots (<c>00000000000000000042.snapshot</c>, ProducerSnapshot version 1): what producers had written below the offset in the name.
/// </summary>
internal static class ProducerSnapshotFile
{
    private const string Suffix = ".snapshot";
    private const short Version = 1;
    private const int CrcPosition = 2;
    private const int EntriesPosition = 6;
    private const int EntrySize = 8 + 2 + 4 + 8 + 4 + 8 + 4 + 8;

    public static string NameOf(long offset) => offset.ToString("D20", CultureInfo.InvariantCulture) + Suffix;

    public static bool TryParseName(string name, out long offset)
    {
        offset = 0;
        return name.Length == 20 + Suffix.Length
            && name.EndsWith(Suffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture, out offset);
    }

    public static byte[] Format(IReadOnlyCollection<ProducerEntry> producers)
    {
        var content = new byte[EntriesPosition + 4 + (producers.Count * EntrySize)];
        BinaryPrimitives.WriteInt16BigEndian(content, Version);
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(EntriesPosition), producers.Count);
        var target = content.AsSpan(EntriesPosition + 4);
        foreach (var producer in producers)
        {
            var last = producer.LastBatch;
            BinaryPrimitives.WriteInt64BigEndian(target, producer.ProducerId);
            BinaryPrimitives.WriteInt16BigEndian(target[8..], producer.Epoch);
            BinaryPrimitives.WriteInt32BigEndian(target[10..], last?.LastSequence ?? -1);
            BinaryPrimitives.WriteInt64BigEndian(target[14..], last?.LastOffset ?? -1);
            BinaryPrimitives.WriteInt32BigEndian(target[22..], last?.OffsetDelta ?? 0);
            BinaryPrimitives.WriteInt64BigEndian(target[26..], producer.LastTimestamp);
            BinaryPrimitives.WriteInt32BigEndian(target[34..], producer.CoordinatorEpoch);
            BinaryPrimitives.WriteInt64BigEndian(target[38..], producer.TransactionFirstOffset);
            target = target[EntrySize..];
        }

        BinaryPrimitives.WriteUInt32BigEndian(content.AsSpan(CrcPosition), Crc32C.Compute(content.AsSpan(EntriesPosition)));
        return content;
    }

    /// <summary>Reads a snapshot; throws <see cref="CheckpointFormatException"/> where it is torn or of another version.</summary>
    public static List<ProducerEntry> Read(string name, ReadOnlySpan<byte> content)
    {
        if (content.Length < EntriesPosition + 4 || BinaryPrimitives.ReadInt16BigEndian(content) != Version)
            throw new CheckpointFormatException(name, 1, "too short or of an unknown version");
        if (BinaryPrimitives.ReadUInt32BigEndian(content[CrcPosition..]) != Crc32C.Compute(content[EntriesPosition..]))
            throw new CheckpointFormatException(name, 1, "wrong checksum");
        var count = BinaryPrimitives.ReadInt32BigEndian(content[EntriesPosition..]);
        var source = content[(EntriesPosition + 4)..];
        if (count < 0 || (long)count * EntrySize != source.Length)
            throw new CheckpointFormatException(name, 1, "wrong length");
        var producers = new List<ProducerEntry>(count);
        for (; source.Length > 0; source = source[EntrySize..])
            producers.Add(ReadEntry(source));
        return producers;
    }

    private static ProducerEntry ReadEntry(ReadOnlySpan<byte> source)
    {
        var producer = new ProducerEntry(BinaryPrimitives.ReadInt64BigEndian(source))
        {
            LastTimestamp = BinaryPrimitives.ReadInt64BigEndian(source[26..]),
            CoordinatorEpoch = BinaryPrimitives.ReadInt32BigEndian(source[34..]),
            TransactionFirstOffset = BinaryPrimitives.ReadInt64BigEndian(source[38..]),
        };
        producer.SetEpoch(BinaryPrimitives.ReadInt16BigEndian(source[8..]));
        var lastOffset = BinaryPrimitives.ReadInt64BigEndian(source[14..]);
        if (lastOffset >= 0)
        {
            producer.Add(new BatchMetadata(
                BinaryPrimitives.ReadInt32BigEndian(source[10..]),
                lastOffset,
                BinaryPrimitives.ReadInt32BigEndian(source[22..]),
                producer.LastTimestamp));
        }

        return producer;
    }
}
