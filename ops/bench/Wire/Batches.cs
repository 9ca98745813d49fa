using System.Buffers.Binary;
using K4os.Compression.LZ4.Streams;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Bench.Wire;

/// <summary>Encodes batches before the clock runs.</summary>
internal static class Batches
{
    private const int HeaderBytes = 61;
    private const int LogOverhead = 12;
    private const int LengthPosition = 8;
    private const int AttributesPosition = 21;
    private const short Lz4 = 3;

    /// <summary>A batch whose values are half random and half zero.</summary>
    public static byte[] Build(Workload workload, int seed, long timestamp)
    {
        var random = new Random(seed);
        var builder = new RecordBatchBuilder(new RecordBatchOptions());
        for (var record = 0; record < workload.RecordsPerBatch; record++)
        {
            var value = new byte[workload.RecordSize];
            random.NextBytes(value.AsSpan(0, workload.RecordSize / 2));
            builder.Append(timestamp, null, value);
        }

        var batch = builder.Build().ToArray();
        return workload.IsCompressed ? Compress(batch) : batch;
    }

    private static byte[] Compress(byte[] batch)
    {
        using var records = new MemoryStream();
        // Kafka takes frames of independent blocks alone.
        using (var encoder = LZ4Stream.Encode(records, new LZ4EncoderSettings { ChainBlocks = false }, leaveOpen: true))
            encoder.Write(batch.AsSpan(HeaderBytes));
        byte[] compressed = [.. batch.AsSpan(0, HeaderBytes), .. records.ToArray()];
        BinaryPrimitives.WriteInt32BigEndian(compressed.AsSpan(LengthPosition), compressed.Length - LogOverhead);
        BinaryPrimitives.WriteInt16BigEndian(compressed.AsSpan(AttributesPosition), Lz4);
        RecordBatchPatch.UpdateCrc(compressed);
        return compressed;
    }
}
