using CsCheck;
using Kafka.Modular.LogStorage.Tests.Support;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Protocol.Tests.Records;

namespace Kafka.Modular.LogStorage.Tests;

public class TimestampTests
{
    [Test]
    public void The_offset_for_a_timestamp_is_the_first_record_as_young() =>
        Gen.Select(Gen.Int[0, 1000].Array[1, 4].Array[1, 40], Gen.Int[-5, 1010], Gen.Bool).Sample((batches, timestamp, restart) =>
            CheckAsync(batches, timestamp, restart).GetAwaiter().GetResult(), iter: 300);

    [Test]
    public async Task Special_timestamps_give_the_ends_of_the_log()
    {
        var harness = new LogHarness();
        var log = await harness.OpenAsync();
        log.AppendAsLeader(Batches.Of("a", "b"), leaderEpoch: 3);
        log.AppendAsLeader(Batches.Of("c"), leaderEpoch: 4);
        log.UpdateHighWatermark(3);
        log.MaybeIncrementLogStartOffset(1, "test");
        Assert.That(log.FindOffset(ListOffsetsTimestamp.Earliest), Is.EqualTo(new OffsetForTimestamp(-1, 1, 3)));
        Assert.That(log.FindOffset(ListOffsetsTimestamp.EarliestLocal), Is.EqualTo(new OffsetForTimestamp(-1, 1, 3)));
        Assert.That(log.FindOffset(ListOffsetsTimestamp.Latest), Is.EqualTo(new OffsetForTimestamp(-1, 3, 4)));
        Assert.That(log.FindOffset(ListOffsetsTimestamp.LatestTiered), Is.EqualTo(new OffsetForTimestamp(-1, -1, -1)));
        Assert.That(log.FindOffset(harness.Now + 1), Is.Null);
    }

    [Test]
    public async Task An_empty_log_has_no_largest_timestamp()
    {
        var log = await new LogHarness().OpenAsync();
        Assert.That(log.FindOffset(ListOffsetsTimestamp.Max), Is.Null);
        Assert.That(log.FindOffset(0), Is.Null);
    }

    private static async Task CheckAsync(int[][] batches, int timestamp, bool restart)
    {
        using var isolated = new NUnit.Framework.Internal.TestExecutionContext.IsolatedContext();
        var harness = new LogHarness();
        harness.Config = harness.Config with { SegmentBytes = 400, IndexIntervalBytes = 100 };
        var log = await harness.OpenAsync();
        foreach (var batch in batches)
        {
            var builder = new RecordBatchBuilder(
                new RecordBatchOptions { Compression = batch.Length % 2 == 0 ? CompressionType.Gzip : CompressionType.None });
            foreach (var each in batch)
                builder.Append(each, key: null, [1]);
            log.AppendAsLeader(batch.Length % 2 == 0 ? builder.Build(new TestGzipCodec()) : builder.Build(), 0);
        }

        if (restart)
            log = await harness.ReopenAsync(log);
        var all = batches.SelectMany(batch => batch).ToList();
        if (timestamp >= 0)
        {
            var expected = all.FindIndex(each => each >= timestamp);
            var found = log.FindOffset(timestamp);
            Assert.That(found?.Offset ?? -1, Is.EqualTo(expected));
            if (found is not null)
                Assert.That(found.Value.Timestamp, Is.EqualTo(all[expected]));
        }

        Assert.That(log.FindOffset(ListOffsetsTimestamp.Max), Is.EqualTo(new OffsetForTimestamp(all.Max(), all.IndexOf(all.Max()), 0)));
    }
}
