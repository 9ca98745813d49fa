using Kafka.Modular.LogStorage.Tests.Support;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.LogStorage.Tests;

/// <summary>What an append and a read allocate, beside what the store does: it is the same every time, so it is asserted.</summary>
public class AllocationTests
{
    private const int Rounds = 500;

    private readonly LogHarness _harness = new(inMemory: true);

    [Test]
    public async Task An_append_allocates_nothing_but_what_the_store_does()
    {
        var log = await _harness.OpenAsync();
        var batch = Batches.Of(new string('x', 200));
        var copy = batch.ToArray();
        var perAppend = Measure(() =>
        {
            copy.CopyTo(batch);
            return log.AppendAsLeader(batch, leaderEpoch: 1).Error == ErrorCode.None;
        });
        Assert.That(perAppend, Is.LessThanOrEqualTo(MeasureStore(batch)));
    }

    [Test]
    public async Task An_append_of_a_known_producer_allocates_nothing_more()
    {
        var log = await _harness.OpenAsync();
        var sequence = 0;
        var batch = Batches.Idempotent(1, 0, 0, new string('x', 200));
        var copy = batch.ToArray();
        var perAppend = Measure(() =>
        {
            copy.CopyTo(batch);
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(batch.Span[53..], sequence++);
            Protocol.Records.RecordBatchPatch.UpdateCrc(batch.Span);
            return log.AppendAsLeader(batch, leaderEpoch: 1).Error == ErrorCode.None;
        });
        Assert.That(perAppend, Is.LessThanOrEqualTo(MeasureStore(batch)));
    }

    [Test]
    public async Task A_read_allocates_its_lease_alone()
    {
        var log = await _harness.OpenAsync();
        for (var index = 0; index < 200; index++)
            log.AppendAsLeader(Batches.Of(new string('x', 200)), leaderEpoch: 1);
        log.MaybeIncrementHighWatermark(200);
        var offset = 0;
        var perRead = Measure(() =>
        {
            using var lease = log.Read(offset++ % 200, 100_000, ReadIsolation.HighWatermark, minOneMessage: true).Lease;
            return lease is not null;
        });
        Assert.That(perRead, Is.LessThanOrEqualTo(128));
    }

    [Test]
    public async Task A_read_at_the_end_allocates_nothing()
    {
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Of("a"), leaderEpoch: 1);
        log.MaybeIncrementHighWatermark(1);
        Assert.That(Measure(() => log.Read(1, 1000, ReadIsolation.HighWatermark, minOneMessage: true).Error == ErrorCode.None), Is.Zero);
    }

    [Test]
    public async Task Raising_the_high_watermark_allocates_nothing()
    {
        var log = await _harness.OpenAsync();
        for (var index = 0; index <= Rounds * 3; index++)
            log.AppendAsLeader(Batches.Of("a"), leaderEpoch: 1);
        var offset = 0;
        Assert.That(Measure(() => log.MaybeIncrementHighWatermark(++offset)), Is.Zero);
    }

    private static double Measure(Func<bool> step)
    {
        for (var round = 0; round < Rounds; round++)
            Assert.That(step());
        var failed = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
            failed += step() ? 0 : 1;
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(failed, Is.Zero);
        return allocated / (double)Rounds;
    }

    /// <summary>The same bytes straight into a segment of the store.</summary>
    private static double MeasureStore(Memory<byte> batch)
    {
        var harness = new LogHarness(inMemory: true);
        using var directory = harness.OpenDirectory();
        using var store = directory.OpenPartition("topic-0", LogConfig.Default.SegmentOptions, _ => 0);
        var segment = store.CreateSegment(0);
        var offset = 0L;
        return Measure(() =>
        {
            var entry = new Spi.Storage.BatchEntry(offset++, harness.Now, offset - 1, batch.Length);
            segment.Append(batch.Span, new ReadOnlySpan<Spi.Storage.BatchEntry>(in entry));
            return true;
        });
    }
}
