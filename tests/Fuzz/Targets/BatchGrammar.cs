using System.Buffers;
using System.Buffers.Binary;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Fuzz.Tests.Frame;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Fuzz.Tests.Targets;

/// <summary>
/// Makes and changes batches of magic 2. Changed ones mostly get their length and checksum right again, and compressed ones are changed before
/// they are compressed, so that what looks behind those finds something.
/// </summary>
internal sealed class BatchGrammar(CompressionCodecs codecs)
{
    private const int LengthPosition = 8;
    private const int AttributesPosition = 21;
    private const int LastOffsetDeltaPosition = 23;
    private const int RecordCountPosition = 57;
    private const int MostDecompressed = 256 * 1024;
    private static readonly int[] s_numericFields = [0, 12, 16, 21, 22, 23, 27, 35, 43, 51, 53, 57];

    /// <summary>A good batch, but for a field now and then.</summary>
    /// <param name="random">The source of chance.</param>
    /// <param name="mostRecords">Most records.</param>
    /// <param name="baseOffset">Offset of its first record.</param>
    public byte[] Create(RandomSource random, int mostRecords = 8, long baseOffset = 0)
    {
        var compression = random.Next(2) == 0 ? CompressionType.None : (CompressionType)random.Next(5);
        var hasProducer = random.Next(4) == 0;
        var builder = new RecordBatchBuilder(new RecordBatchOptions
        {
            BaseOffset = baseOffset,
            Compression = compression,
            IsTransactional = hasProducer && random.Next(2) == 0,
            IsControl = random.Next(32) == 0,
            TimestampType = random.Next(16) == 0 ? TimestampType.LogAppendTime : TimestampType.CreateTime,
            ProducerId = hasProducer ? random.Next(4) : -1,
            ProducerEpoch = (short)(hasProducer ? random.Next(3) : -1),
            BaseSequence = hasProducer ? random.Next(4) : -1,
            PartitionLeaderEpoch = random.Next(4) - 1,
        });
        for (var left = random.Next(32) == 0 ? 0 : 1 + random.Next(mostRecords); left > 0; left--)
        {
            builder.Append(1_700_000_000_000 + random.Next(100_000), Piece(random, 20), Piece(random, 100), Headers(random));
        }

        return (compression == CompressionType.None ? builder.Build() : builder.Build(codecs.Get(compression))).ToArray();
    }

    /// <summary>A changed copy.</summary>
    public byte[] Mutate(byte[] input, byte[] other, RandomSource random)
    {
        if (input.Length < RecordBatchFormat.HeaderSize || random.Next(8) == 0)
        {
            return Mutation.Mutate(input, other, random);
        }

        var header = input.AsSpan(0, RecordBatchFormat.HeaderSize).ToArray();
        var records = input[RecordBatchFormat.HeaderSize..];
        var spare = other.Length > RecordBatchFormat.HeaderSize ? other[RecordBatchFormat.HeaderSize..] : other;
        var codec = (CompressionType)(header[AttributesPosition + 1] & 7) is > CompressionType.None and <= CompressionType.Zstd and var type ? codecs.Get(type) : null;
        switch (random.Next(4))
        {
            case 0:
                MutateHeader(header, random);
                break;
            case 1 when codec is not null:
                records = MutateCompressed(records, spare, codec, random);
                break;
            case 2 when codec is null:
                records = Compress(header, records, (CompressionType)(1 + random.Next(4)));
                break;
            default:
                records = Mutation.Mutate(records, spare, random);
                break;
        }

        byte[] batch = [.. header, .. records];
        if (random.Next(16) != 0)
        {
            Mend(batch);
        }

        return batch;
    }

    /// <summary>Makes length and checksum right.</summary>
    public static void Mend(byte[] batch)
    {
        if (batch.Length >= RecordBatchFormat.HeaderSize)
        {
            BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(LengthPosition), batch.Length - RecordBatchFormat.LogOverhead);
            RecordBatchPatch.UpdateCrc(batch);
        }
    }

    private static void MutateHeader(byte[] header, RandomSource random)
    {
        switch (random.Next(4))
        {
            case 0:
                // A wrong number of records that agrees with itself.
                var count = random.Next(8) == 0 ? int.MaxValue : random.Next(20);
                BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(RecordCountPosition), count);
                BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(LastOffsetDeltaPosition), count - 1);
                break;
            case 1:
                header[AttributesPosition + 1] = (byte)random.Next(256);
                break;
            case 2:
                BinaryPrimitives.WriteInt64BigEndian(header, random.Next(3) switch { 0 => long.MaxValue - random.Next(3), 1 => -random.Next(3), _ => random.Next(100) });
                break;
            default:
                var at = s_numericFields[random.Next(s_numericFields.Length)];
                header[at + random.Next(Math.Min(8, header.Length - at))] = (byte)(random.Next(3) switch { 0 => 0, 1 => 0xff, _ => random.Next(256) });
                break;
        }
    }

    private static byte[] MutateCompressed(byte[] records, byte[] spare, ICompressionCodec codec, RandomSource random)
    {
        try
        {
            var plain = new ArrayBufferWriter<byte>();
            codec.Decompress(records, plain, MostDecompressed);
            var compressed = new ArrayBufferWriter<byte>();
            codec.Compress(Mutation.Mutate(plain.WrittenSpan.ToArray(), spare, random), compressed);
            return compressed.WrittenSpan.ToArray();
        }
        catch (Exception refused) when (refused is CorruptCompressedDataException or DecompressedTooLargeException)
        {
            return Mutation.Mutate(records, spare, random);
        }
    }

    private byte[] Compress(byte[] header, byte[] records, CompressionType type)
    {
        header[AttributesPosition + 1] = (byte)((header[AttributesPosition + 1] & ~7) | (int)type);
        var compressed = new ArrayBufferWriter<byte>();
        codecs.Get(type).Compress(records, compressed);
        return compressed.WrittenSpan.ToArray();
    }

    private static byte[]? Piece(RandomSource random, int most)
    {
        if (random.Next(4) == 0)
        {
            return null;
        }

        var piece = new byte[random.Next(most)];
        random.NextBytes(piece);
        return piece;
    }

    private static List<RecordHeader>? Headers(RandomSource random)
    {
        if (random.Next(3) != 0)
        {
            return null;
        }

        var headers = new List<RecordHeader>();
        for (var left = random.Next(3); left > 0; left--)
        {
            headers.Add(new RecordHeader("h" + random.Next(10), Piece(random, 10)));
        }

        return headers;
    }
}
