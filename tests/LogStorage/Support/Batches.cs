using System.Text;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Protocol.Tests.Records;

namespace Kafka.Modular.LogStorage.Tests.Support;

/// <summary>Batches as producers send them, and records as tests compare them.</summary>
internal static class Batches
{
    public static Memory<byte> Of(params string[] values) => Of(new RecordBatchOptions(), LogHarness.Start.ToUnixTimeMilliseconds(), values);

    public static Memory<byte> At(long timestamp, params string[] values) => Of(new RecordBatchOptions(), timestamp, values);

    public static Memory<byte> Of(RecordBatchOptions options, long timestamp, params string[] values)
    {
        var builder = new RecordBatchBuilder(options);
        foreach (var value in values)
            builder.Append(timestamp, key: null, Encoding.UTF8.GetBytes(value));
        var batch = options.Compression == CompressionType.Gzip ? builder.Build(new TestGzipCodec()) : builder.Build();
        return batch.ToArray();
    }

    public static Memory<byte> Keyed(string key, string? value)
    {
        var builder = new RecordBatchBuilder(new RecordBatchOptions());
        builder.Append(LogHarness.Start.ToUnixTimeMilliseconds(), Encoding.UTF8.GetBytes(key), value is null ? null : Encoding.UTF8.GetBytes(value));
        return builder.Build().ToArray();
    }

    public static Memory<byte> Idempotent(long producerId, short epoch, int sequence, params string[] values) => Of(
        new RecordBatchOptions { ProducerId = producerId, ProducerEpoch = epoch, BaseSequence = sequence },
        LogHarness.Start.ToUnixTimeMilliseconds(),
        values);

    public static Memory<byte> Transactional(long producerId, short epoch, int sequence, params string[] values) => Of(
        new RecordBatchOptions { ProducerId = producerId, ProducerEpoch = epoch, BaseSequence = sequence, IsTransactional = true },
        LogHarness.Start.ToUnixTimeMilliseconds(),
        values);

    public static Memory<byte> Marker(long producerId, short epoch, bool commit, int coordinatorEpoch = 0)
    {
        var builder = new RecordBatchBuilder(new RecordBatchOptions
        {
            ProducerId = producerId, ProducerEpoch = epoch, IsTransactional = true, IsControl = true,
        });
        builder.Append(
            LogHarness.Start.ToUnixTimeMilliseconds(),
            ControlRecord.Key(commit ? ControlRecordType.Commit : ControlRecordType.Abort),
            ControlRecord.EndTransactionMarker(coordinatorEpoch));
        return builder.Build().ToArray();
    }

    /// <summary>A batch that has its offset and epoch, as a leader sends it to followers.</summary>
    public static byte[] Replicated(long baseOffset, int epoch, params string[] values) => Of(
        new RecordBatchOptions { BaseOffset = baseOffset, PartitionLeaderEpoch = epoch },
        LogHarness.Start.ToUnixTimeMilliseconds(),
        values).ToArray();

    /// <summary>Reads everything from an offset on, as <c>offset=value</c>.</summary>
    public static List<string> ReadAll(PartitionLog log, long from = 0, ReadIsolation isolation = ReadIsolation.LogEnd, int maxBytes = 300)
    {
        var all = new List<string>();
        var next = Math.Max(from, log.LogStartOffset);
        while (true)
        {
            var result = log.Read(next, maxBytes, isolation, minOneMessage: true);
            Assert.That(result.Error, Is.EqualTo(Protocol.ErrorCode.None));
            if (result.Lease is not { } lease)
                return all;
            using (lease)
            {
                var before = next;
                foreach (var (offset, value) in Records(lease))
                {
                    if (offset >= next)
                        all.Add($"{offset}={value}");
                }

                next = LastOffset(lease) + 1;
                Assert.That(next, Is.GreaterThan(before), "a read must make progress");
            }
        }
    }

    public static byte[] Bytes(Spi.Storage.ILogLease lease)
    {
        var bytes = new byte[lease.Length];
        Assert.That(lease.Read(0, bytes), Is.EqualTo(bytes.Length));
        return bytes;
    }

    public static IEnumerable<(long Offset, string Value)> Records(Spi.Storage.ILogLease lease)
    {
        var bytes = Bytes(lease);
        var records = new List<(long, string)>();
        foreach (var batch in new RecordBatchEnumerator(bytes))
        {
            if (batch.IsControl)
                continue;
            Assert.That(batch.IsValid());
            var content = RecordBatchCompression.Decompress(batch.Bytes.ToArray(), new CompressionCodecs(new TestGzipCodec()));
            foreach (var record in new RecordEnumerator(batch, content.Span))
                records.Add((record.Offset, Encoding.UTF8.GetString(record.Value)));
        }

        return records;
    }

    public static long LastOffset(Spi.Storage.ILogLease lease)
    {
        var last = -1L;
        foreach (var batch in new RecordBatchEnumerator(Bytes(lease)))
            last = batch.LastOffset;
        return last;
    }
}
