using Kafka.Modular.LogStorage.Tests.Support;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.LogStorage.Tests;

[TestFixture(false)]
[TestFixture(true)]
public class AppendAndReadTests(bool inMemory)
{
    private readonly LogHarness _harness = new(inMemory);

    [Test]
    public async Task Appended_records_get_consecutive_offsets_and_are_read_back()
    {
        var log = await _harness.OpenAsync();
        var first = log.AppendAsLeader(Batches.Of("a", "b"), leaderEpoch: 3);
        var second = log.AppendAsLeader(Batches.Of("c"), leaderEpoch: 3);
        Assert.That((first.Error, first.FirstOffset, first.LastOffset), Is.EqualTo((ErrorCode.None, 0L, 1L)));
        Assert.That((second.FirstOffset, second.LastOffset, second.RecordCount), Is.EqualTo((2L, 2L, 1)));
        Assert.That(log.LogEndOffset, Is.EqualTo(3));
        Assert.That(Batches.ReadAll(log), Is.EqualTo(new[] { "0=a", "1=b", "2=c" }));
        Assert.That(log.LatestEpoch, Is.EqualTo(3));
    }

    [Test]
    public async Task A_restart_keeps_records_offsets_and_epochs()
    {
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Of("a", "b"), leaderEpoch: 3);
        log.AppendAsLeader(Batches.Of("c"), leaderEpoch: 5);
        log = await _harness.ReopenAsync(log);
        Assert.That(log.LogEndOffset, Is.EqualTo(3));
        Assert.That(Batches.ReadAll(log), Is.EqualTo(new[] { "0=a", "1=b", "2=c" }));
        Assert.That(log.LeaderEpochs.Select(entry => (entry.Epoch, entry.StartOffset)), Is.EqualTo(new[] { (3, 0L), (5, 2L) }));
        log.AppendAsLeader(Batches.Of("d"), leaderEpoch: 5);
        Assert.That(Batches.ReadAll(log, from: 2), Is.EqualTo(new[] { "2=c", "3=d" }));
    }

    [Test]
    public async Task Reads_stop_at_the_high_watermark_and_at_the_last_stable_offset()
    {
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Of("a"), leaderEpoch: 0);
        log.AppendAsLeader(Batches.Transactional(7, 0, 0, "b"), leaderEpoch: 0);
        log.AppendAsLeader(Batches.Of("c"), leaderEpoch: 0);
        Assert.That(log.HighWatermark, Is.Zero);
        Assert.That(Batches.ReadAll(log, isolation: ReadIsolation.HighWatermark), Is.Empty);
        Assert.That(log.MaybeIncrementHighWatermark(2));
        Assert.That(Batches.ReadAll(log, isolation: ReadIsolation.HighWatermark), Is.EqualTo(new[] { "0=a", "1=b" }));
        Assert.That(log.LastStableOffset, Is.EqualTo(1));
        Assert.That(Batches.ReadAll(log, isolation: ReadIsolation.Committed), Is.EqualTo(new[] { "0=a" }));
        log.AppendAsLeader(Batches.Marker(7, 0, commit: true), leaderEpoch: 0, AppendOrigin.Coordinator);
        Assert.That(log.LastStableOffset, Is.EqualTo(1), "the marker is not replicated yet");
        log.MaybeIncrementHighWatermark(log.LogEndOffset);
        Assert.That(log.LastStableOffset, Is.EqualTo(4));
        Assert.That(Batches.ReadAll(log, isolation: ReadIsolation.Committed), Is.EqualTo(new[] { "0=a", "1=b", "2=c" }));
    }

    [Test]
    public async Task A_first_batch_larger_than_the_limit_is_given_only_if_asked_for()
    {
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Of(new string('x', 1000)), leaderEpoch: 0);
        log.AppendAsLeader(Batches.Of("b"), leaderEpoch: 0);
        Assert.That(log.Read(0, 100, ReadIsolation.LogEnd, minOneMessage: false).Lease, Is.Null);
        using var lease = log.Read(0, 100, ReadIsolation.LogEnd, minOneMessage: true).Lease;
        Assert.That(lease!.Length, Is.GreaterThan(1000).And.LessThan(1100));
    }

    [TestCase(-1, true)]
    [TestCase(0, false)]
    [TestCase(1, false)]
    [TestCase(2, true)]
    public async Task An_offset_outside_of_the_log_is_out_of_range(long offset, bool isOutOfRange)
    {
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Of("a"), leaderEpoch: 0);
        using var lease = log.Read(offset, 1000, ReadIsolation.LogEnd, minOneMessage: true) is var result ? result.Lease : null;
        Assert.That(result.Error, Is.EqualTo(isOutOfRange ? ErrorCode.OffsetOutOfRange : ErrorCode.None));
    }

    [Test]
    public async Task Records_are_read_across_segments()
    {
        _harness.Config = _harness.Config with { SegmentBytes = 400 };
        var log = await _harness.OpenAsync();
        for (var index = 0; index < 50; index++)
            log.AppendAsLeader(Batches.Of($"value {index}"), leaderEpoch: index / 10);
        Assert.That(log.SegmentCount, Is.GreaterThan(5));
        var expected = Enumerable.Range(0, 50).Select(index => $"{index}=value {index}").ToList();
        Assert.That(Batches.ReadAll(log), Is.EqualTo(expected));
        Assert.That(Batches.ReadAll(log, from: 33), Is.EqualTo(expected[33..]));
        log = await _harness.ReopenAsync(log);
        Assert.That(Batches.ReadAll(log), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_read_from_inside_a_batch_gives_the_whole_batch()
    {
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Of("a", "b", "c"), leaderEpoch: 0);
        using var lease = log.Read(1, 1000, ReadIsolation.LogEnd, minOneMessage: true).Lease;
        Assert.That(Batches.Records(lease!).Select(record => record.Offset), Is.EqualTo(new[] { 0L, 1, 2 }));
    }

    [Test]
    public async Task A_lease_outlives_the_deletion_of_its_segment()
    {
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Of("a"), leaderEpoch: 0);
        log.Roll();
        log.AppendAsLeader(Batches.Of("b"), leaderEpoch: 0);
        log.MaybeIncrementHighWatermark(2);
        using var lease = log.Read(0, 1000, ReadIsolation.LogEnd, minOneMessage: true).Lease;
        Assert.That(log.MaybeIncrementLogStartOffset(1, "test"), Is.EqualTo(ErrorCode.None));
        Assert.That(log.DeleteOldSegments(), Is.EqualTo(1));
        _harness.Time.Advance(TimeSpan.FromMinutes(2));
        _harness.Background.RunPending();
        Assert.That(Batches.Records(lease!).Single().Value, Is.EqualTo("a"));
    }
}
