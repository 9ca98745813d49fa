using System.Text;
using Kafka.Modular.LogStorage.Cleaning;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Protocol.Tests.Records;

namespace Kafka.Modular.LogStorage.Tests.Support;

/// <summary>Cleans logs and shows what is in them.</summary>
internal static class Compaction
{
    public static CompressionCodecs Codecs { get; } = new(new TestGzipCodec());

    public static LogConfig Config => LogConfig.Default with
    {
        FileDeleteDelayMs = 1000, CleanupPolicy = CleanupPolicy.Compact, DeleteRetentionMs = 60_000, TimestampAfterMaxMs = long.MaxValue,
    };

    /// <summary>Cleans what can be cleaned, as a cleaner thread does.</summary>
    public static CleaningStatistics? Clean(PartitionLog log, TimeProvider time, CompactionResources? resources = null)
    {
        var snapshot = log.TakeCleaningSnapshot();
        var plan = CleaningPlan.Of(snapshot.Facts, time.GetUtcNow().ToUnixTimeMilliseconds());
        if (plan.CleanableBytes == 0)
            return null;
        resources ??= new CompactionResources { Time = time, Throttle = new CleanerThrottle(time) };
        var statistics = new LogCompaction(log, snapshot, plan, resources, CancellationToken.None).Run(out var end);
        log.SetCleanedOffset(end, snapshot.Truncations);
        return statistics;
    }

    /// <summary>Appends one batch of <c>key=value</c>s; <c>key</c> alone is a tombstone, <c>=value</c> a record without a key.</summary>
    public static void Append(PartitionLog log, params string[] records) => Append(log, new RecordBatchOptions(), LogHarness.Start.ToUnixTimeMilliseconds(), records);

    public static void Append(PartitionLog log, RecordBatchOptions options, long timestamp, params string[] records)
    {
        var result = log.AppendAsLeader(Batch(options, timestamp, records), 0, AppendOrigin.Coordinator);
        Assert.That(result.Error, Is.EqualTo(Protocol.ErrorCode.None), result.Message);
        log.UpdateHighWatermark(log.LogEndOffset);
    }

    public static Memory<byte> Batch(RecordBatchOptions options, long timestamp, params string[] records)
    {
        var builder = new RecordBatchBuilder(options);
        foreach (var record in records)
        {
            var equals = record.IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? record : record[..equals];
            builder.Append(timestamp, key.Length == 0 ? null : Encoding.UTF8.GetBytes(key), equals < 0 ? null : Encoding.UTF8.GetBytes(record[(equals + 1)..]));
        }

        return (options.Compression == CompressionType.Gzip ? builder.Build(new TestGzipCodec()) : builder.Build()).ToArray();
    }

    /// <summary>Every record from the log's start on, as <c>offset:key=value</c>.</summary>
    public static List<string> Show(PartitionLog log) => [.. BatchesOf(log).SelectMany(Describe).Where(each => each.Offset >= log.LogStartOffset).Select(each => each.Text)];

    /// <summary>The batches as they are stored.</summary>
    public static List<byte[]> BatchesOf(PartitionLog log)
    {
        var all = new List<byte[]>();
        for (var next = log.LogStartOffset; ;)
        {
            var result = log.Read(next, 2000, ReadIsolation.LogEnd, minOneMessage: true);
            Assert.That(result.Error, Is.EqualTo(Protocol.ErrorCode.None));
            using var lease = result.Lease;
            if (lease is null)
                return all;
            foreach (var batch in new RecordBatchEnumerator(Batches.Bytes(lease)))
            {
                Assert.That(batch.IsValid());
                Assert.That(batch.LastOffset, Is.GreaterThanOrEqualTo(next), "a read must make progress");
                next = batch.NextOffset;
                all.Add(batch.Bytes.ToArray());
            }
        }
    }

    private static List<(long Offset, string Text)> Describe(byte[] bytes)
    {
        var found = new List<(long, string)>();
        _ = RecordBatchView.TryRead(bytes, out var batch);
        var records = new AnyRecords(in batch, RecordBatchCompression.Decompress(bytes, Codecs).Span);
        while (records.MoveNext())
        {
            var record = records.Current;
            var key = batch.IsControl ? "marker" : record.IsKeyNull ? "" : Encoding.UTF8.GetString(record.Key);
            found.Add((record.Offset, batch.IsControl || record.IsValueNull ? $"{record.Offset}:{key}" : $"{record.Offset}:{key}={Encoding.UTF8.GetString(record.Value)}"));
        }

        Assert.That(records.Status, Is.EqualTo(RecordSetStatus.End));
        return found;
    }
}
