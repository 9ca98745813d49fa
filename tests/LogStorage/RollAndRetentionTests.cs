using Kafka.Modular.LogStorage.Tests.Support;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.LogStorage.Tests;

public class RollAndRetentionTests
{
    private readonly LogHarness _harness = new();

    [Test]
    public async Task A_segment_rolls_before_it_grows_beyond_its_size()
    {
        var size = Batches.Of("a").Length;
        _harness.Config = _harness.Config with { SegmentBytes = size * 2 };
        var log = await _harness.OpenAsync();
        for (var index = 0; index < 5; index++)
            log.AppendAsLeader(Batches.Of("a"), 0);
        Assert.That(LogFiles(), Is.EqualTo(new[] { 0, 2, 4 }));
    }

    [Test]
    public async Task A_segment_rolls_by_the_timestamps_of_its_records()
    {
        _harness.Config = _harness.Config with { SegmentMs = 1000, TimestampAfterMaxMs = long.MaxValue };
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.At(_harness.Now, "a"), 0);
        log.AppendAsLeader(Batches.At(_harness.Now + 1000, "b"), 0);
        Assert.That(log.SegmentCount, Is.EqualTo(1));
        log.AppendAsLeader(Batches.At(_harness.Now + 1001, "c"), 0);
        Assert.That(log.SegmentCount, Is.EqualTo(2));
        log = await _harness.ReopenAsync(log);
        log.AppendAsLeader(Batches.At(_harness.Now + 2001, "d"), 0);
        log.AppendAsLeader(Batches.At(_harness.Now + 2002, "e"), 0);
        Assert.That(LogFiles(), Is.EqualTo(new[] { 0, 2, 4 }));
    }

    [Test]
    public async Task A_segment_without_timestamps_rolls_by_the_clock()
    {
        _harness.Config = _harness.Config with { SegmentMs = 1000 };
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.At(-1, "a"), 0);
        _harness.Time.Advance(TimeSpan.FromMilliseconds(1001));
        log.AppendAsLeader(Batches.At(-1, "b"), 0);
        Assert.That(log.SegmentCount, Is.EqualTo(2));
    }

    [Test]
    public async Task A_segment_rolls_when_an_index_is_full()
    {
        _harness.Config = _harness.Config with { SegmentIndexBytes = 24, IndexIntervalBytes = 1 };
        var log = await _harness.OpenAsync();
        for (var index = 0; index < 20; index++)
            log.AppendAsLeader(Batches.At(_harness.Now + index, "a"), 0);
        Assert.That(log.SegmentCount, Is.GreaterThan(5));
        Assert.That(Batches.ReadAll(log), Has.Count.EqualTo(20));
    }

    [Test]
    public async Task A_segment_rolls_when_offsets_leave_its_range()
    {
        var log = await _harness.OpenAsync();
        log.AppendAsFollower(Batches.Replicated(0, 0, "a"), 0);
        log.AppendAsFollower(Batches.Replicated(1L + int.MaxValue, 0, "b"), 0);
        Assert.That(log.SegmentCount, Is.EqualTo(2));
        Assert.That(Batches.ReadAll(log), Is.EqualTo(new[] { "0=a", "2147483648=b" }));
    }

    [Test]
    public async Task Segments_beyond_the_retention_size_are_deleted_up_to_the_high_watermark()
    {
        var size = Batches.Of("a").Length;
        _harness.Config = _harness.Config with { SegmentBytes = size, RetentionBytes = size * 3 };
        var log = await _harness.OpenAsync();
        for (var index = 0; index < 8; index++)
            log.AppendAsLeader(Batches.Of("a"), 0);
        Assert.That(log.DeleteOldSegments(), Is.Zero, "nothing is replicated yet");
        log.UpdateHighWatermark(2);
        Assert.That(log.DeleteOldSegments(), Is.EqualTo(2));
        log.UpdateHighWatermark(8);
        Assert.That(log.DeleteOldSegments(), Is.EqualTo(3));
        Assert.That((log.LogStartOffset, log.LogEndOffset), Is.EqualTo((5L, 8L)));
        Assert.That(log.Read(4, 100, ReadIsolation.LogEnd, true).Error, Is.EqualTo(ErrorCode.OffsetOutOfRange));
        Assert.That(Batches.ReadAll(log), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Old_segments_are_deleted_and_the_active_one_too()
    {
        _harness.Config = _harness.Config with { RetentionMs = 10_000, FileDeleteDelayMs = 500 };
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Of("a"), 0);
        log.Roll();
        log.AppendAsLeader(Batches.Of("b"), 0);
        log.UpdateHighWatermark(2);
        _harness.Time.Advance(TimeSpan.FromMilliseconds(10_000));
        Assert.That(log.DeleteOldSegments(), Is.Zero);
        _harness.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(log.DeleteOldSegments(), Is.EqualTo(2));
        Assert.That((log.LogStartOffset, log.LogEndOffset, log.SegmentCount), Is.EqualTo((2L, 2L, 1)));
        Assert.That(_harness.ListFiles().Any(name => name.EndsWith(".log.deleted", StringComparison.Ordinal)));
        _harness.Time.Advance(TimeSpan.FromMilliseconds(500));
        _harness.Background.RunPending();
        Assert.That(_harness.ListFiles().Any(name => name.EndsWith(".deleted", StringComparison.Ordinal)), Is.False);
        log.AppendAsLeader(Batches.Of("c"), 0);
        Assert.That(Batches.ReadAll(log), Is.EqualTo(new[] { "2=c" }));
    }

    [Test]
    public async Task A_compacted_log_keeps_old_segments()
    {
        _harness.Config = _harness.Config with { RetentionMs = 0, RetentionBytes = 0, CleanupPolicy = CleanupPolicy.Compact };
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Keyed("k", "v"), 0);
        log.Roll();
        log.UpdateHighWatermark(1);
        _harness.Time.Advance(TimeSpan.FromDays(100));
        Assert.That(log.DeleteOldSegments(), Is.Zero);
    }

    [Test]
    public async Task The_start_offset_cannot_pass_the_high_watermark_and_survives_a_restart()
    {
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Of("a", "b", "c"), 0);
        log.UpdateHighWatermark(2);
        Assert.That(log.MaybeIncrementLogStartOffset(3, "test"), Is.EqualTo(ErrorCode.OffsetOutOfRange));
        Assert.That(log.MaybeIncrementLogStartOffset(2, "test"), Is.EqualTo(ErrorCode.None));
        Assert.That(log.MaybeIncrementLogStartOffset(1, "test"), Is.EqualTo(ErrorCode.None));
        Assert.That(log.LogStartOffset, Is.EqualTo(2));
        log = await _harness.ReopenAsync(log);
        Assert.That(log.LogStartOffset, Is.EqualTo(2));
        Assert.That(Batches.ReadAll(log), Is.EqualTo(new[] { "2=c" }));
    }

    [Test]
    public async Task Flushing_follows_its_settings()
    {
        _harness.Config = _harness.Config with { FlushMessages = 3, FlushMs = 1000 };
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Of("a", "b"), 0);
        Assert.That(log.FlushedOffset, Is.Zero);
        log.AppendAsLeader(Batches.Of("c"), 0);
        Assert.That(log.FlushedOffset, Is.EqualTo(3));
        log.AppendAsLeader(Batches.Of("d"), 0);
        log.FlushIfDue();
        Assert.That(log.FlushedOffset, Is.EqualTo(3));
        _harness.Time.Advance(TimeSpan.FromSeconds(1));
        log.FlushIfDue();
        Assert.That(log.FlushedOffset, Is.EqualTo(4));
    }

    private int[] LogFiles() =>
        [.. _harness.ListFiles().Where(name => name.EndsWith(".log", StringComparison.Ordinal)).Select(name => int.Parse(name[..20]))];
}
