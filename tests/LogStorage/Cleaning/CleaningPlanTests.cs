using Kafka.Modular.LogStorage.Cleaning;
using Kafka.Modular.LogStorage.Tests.Support;

namespace Kafka.Modular.LogStorage.Tests.Cleaning;

public class CleaningPlanTests
{
    private const long Now = 1_000_000;

    private static readonly LogFacts s_log = new()
    {
        Segments = [new(0, 100, 10, 10), new(100, 100, 20, 20), new(200, 100, 30, 30), new(300, 50, 40, 40)],
        Config = Compaction.Config,
        LogEndOffset = 350,
        LastStableOffset = 350,
    };

    [Test]
    public void A_log_that_was_never_cleaned_is_dirty_up_to_its_active_segment()
    {
        var plan = CleaningPlan.Of(s_log, Now);
        Assert.That((plan.FirstDirtyOffset, plan.FirstUncleanableOffset, plan.CleanBytes, plan.CleanableBytes, plan.DirtyRatio), Is.EqualTo((0L, 300L, 0L, 300L, 1d)));
        Assert.That(plan.IsCheckpointInvalid, Is.False);
        Assert.That(plan.IsDue(s_log.Config));
    }

    [Test]
    public void The_dirty_share_must_exceed_the_ratio()
    {
        var log = s_log with { CleanedOffset = 200 };
        var plan = CleaningPlan.Of(log, Now);
        Assert.That((plan.CleanBytes, plan.CleanableBytes), Is.EqualTo((200L, 100L)));
        Assert.That(plan.IsDue(log.Config with { MinCleanableDirtyRatio = 0.3 }));
        Assert.That(plan.IsDue(log.Config with { MinCleanableDirtyRatio = 1d / 3 }), Is.False);
    }

    [TestCase(350, 300)]
    [TestCase(300, 300)]
    [TestCase(250, 200)]
    [TestCase(200, 200)]
    [TestCase(99, 0)]
    public void Nothing_is_cleaned_in_a_segment_that_is_not_stable_to_its_end(long stable, long uncleanable) =>
        Assert.That(CleaningPlan.Of(s_log with { LastStableOffset = stable }, Now).FirstUncleanableOffset, Is.EqualTo(uncleanable));

    [Test]
    public void Nothing_is_cleaned_from_the_first_segment_on_that_holds_a_record_younger_than_the_minimum_lag()
    {
        var log = s_log with { Config = s_log.Config with { MinCompactionLagMs = 15 } };
        Assert.That(CleaningPlan.Of(log, 40).FirstUncleanableOffset, Is.EqualTo(200));
        Assert.That(CleaningPlan.Of(log, 24).FirstUncleanableOffset, Is.Zero);
        Assert.That(CleaningPlan.Of(log with { CleanedOffset = 200 }, 24) is { FirstUncleanableOffset: 200, CleanableBytes: 0, FirstDirtyOffset: 200 });
        Assert.That(CleaningPlan.Of(log, 46).FirstUncleanableOffset, Is.EqualTo(300));
    }

    [Test]
    public void A_record_that_exceeds_the_maximum_lag_makes_the_log_due_whatever_its_ratio()
    {
        var log = s_log with { CleanedOffset = 200, Config = s_log.Config with { MaxCompactionLagMs = 15, MinCleanableDirtyRatio = 1 } };
        Assert.That(CleaningPlan.Of(log, 45) is { CompactionDelayMs: 0 } early && !early.IsDue(log.Config));
        Assert.That(CleaningPlan.Of(log, 47) is { CompactionDelayMs: 2 } late && late.IsDue(log.Config));
        var nothing = log with { LastStableOffset = 250 };
        Assert.That(CleaningPlan.Of(nothing, 47) is { CompactionDelayMs: 2, CleanableBytes: 0 } idle && !idle.IsDue(log.Config));
    }

    [TestCase(5, 10)]
    [TestCase(351, 10)]
    public void A_checkpoint_outside_of_the_log_counts_for_nothing(long cleaned, long start)
    {
        var plan = CleaningPlan.Of(s_log with { CleanedOffset = cleaned, LogStartOffset = start }, Now);
        Assert.That((plan.IsCheckpointInvalid, plan.FirstDirtyOffset), Is.EqualTo((true, start)));
    }

    [Test]
    public void An_empty_log_is_never_due()
    {
        var log = s_log with { Segments = [new(0, 0)], LogEndOffset = 0, LastStableOffset = 0 };
        Assert.That(CleaningPlan.Of(log, Now).IsDue(log.Config with { MinCleanableDirtyRatio = 0 }), Is.False);
    }

    [Test]
    public void Segments_are_grouped_as_far_as_their_bytes_fit_into_one()
    {
        SegmentFacts[] segments = [new(0, 40), new(10, 40), new(20, 40), new(30, 100), new(40, 0), new(50, 10)];
        Assert.That(SegmentGroups.Of(segments, Compaction.Config with { SegmentBytes = 100 }, 60), Is.EqualTo(new[] { 0..2, 2..3, 3..5, 5..6 }));
        Assert.That(SegmentGroups.Of(segments, Compaction.Config with { SegmentBytes = 1000 }, 60), Is.EqualTo(new[] { 0..6 }));
    }

    [Test]
    public void Segments_are_grouped_as_far_as_their_offsets_fit_into_one()
    {
        const long far = (long)int.MaxValue + 50;
        SegmentFacts[] segments = [new(0, 40), new(10, 40), new(far, 40)];
        Assert.That(SegmentGroups.Of(segments, Compaction.Config, far + 10), Is.EqualTo(new[] { 0..1, 1..2, 2..3 }));
        segments[1] = segments[1] with { Size = 0 };
        Assert.That(SegmentGroups.Of(segments, Compaction.Config, far + 10), Is.EqualTo(new[] { 0..2, 2..3 }), "what is empty has no offsets");
    }

    [Test]
    public void Segments_are_grouped_as_far_as_their_indexes_fit_into_one()
    {
        SegmentFacts[] segments = [new(0, 400), new(10, 400), new(20, 400)];
        var config = Compaction.Config with { IndexIntervalBytes = 100, SegmentIndexBytes = 120 };
        Assert.That(SegmentGroups.Of(segments, config, 30), Is.EqualTo(new[] { 0..2, 2..3 }));
    }

    [Test]
    public void The_map_holds_the_last_offset_of_as_many_keys_as_its_memory_allows()
    {
        var map = new OffsetMap(OffsetMap.EntryBytes * 5000, 0.9);
        Assert.That(map.MaxCount, Is.EqualTo(4500));
        for (var key = 0; key < 4500; key++)
            Assert.That(map.TryPut(BitConverter.GetBytes(key), key));
        Assert.That(map.TryPut(BitConverter.GetBytes(-1), 9999), Is.False);
        Assert.That(map.Count, Is.EqualTo(4500));
        Assert.That(map.Utilization, Is.EqualTo(0.9).Within(0.001));
        for (var key = 0; key < 4500; key++)
            Assert.That(map.Find(BitConverter.GetBytes(key)), Is.EqualTo(key));
        Assert.That(map.Find(BitConverter.GetBytes(-1)), Is.EqualTo(-1));
    }

    [Test]
    public void The_map_takes_a_key_again_at_a_later_offset()
    {
        var map = new OffsetMap(10_000, 0.9);
        map.TryPut([1], 3);
        map.TryPut([1], 7);
        Assert.That((map.Find([1]), map.Count), Is.EqualTo((7L, 1)));
    }

    [Test]
    public void A_map_that_may_become_full_still_ends_a_search()
    {
        var map = new OffsetMap(OffsetMap.EntryBytes * 10, 5);
        Assert.That(map.MaxCount, Is.EqualTo(9));
        for (byte key = 0; key < 20; key++)
            Assert.That(map.TryPut([key], key), Is.EqualTo(key < 9));
        Assert.That(map.Find([200]), Is.EqualTo(-1));
    }

    [Test]
    public void The_throttle_makes_up_for_what_was_too_fast()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var throttle = new CleanerThrottle(time);
        Assert.That(throttle.Observe(1000, 1000), Is.EqualTo(TimeSpan.Zero), "it looks every 300 ms");
        time.Advance(TimeSpan.FromMilliseconds(400));
        Assert.That(throttle.Observe(1000, 1000), Is.EqualTo(TimeSpan.FromMilliseconds(1600)));
        time.Advance(TimeSpan.FromMilliseconds(1600 + 300));
        Assert.That(throttle.Observe(300, 1000), Is.EqualTo(TimeSpan.Zero));
        Assert.That(throttle.Observe(1_000_000, double.MaxValue), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public async Task A_pause_ends_the_work_and_keeps_other_work_from_beginning()
    {
        var state = new CleaningState();
        Assert.That(state.TryBegin(CancellationToken.None, out var work));
        Assert.That(state.TryBegin(CancellationToken.None, out _), Is.False);
        Assert.That(state.Phase, Is.EqualTo(CleaningPhase.InProgress));
        var paused = state.PauseAsync();
        Assert.That((work.IsCancellationRequested, paused.IsCompleted, state.Phase), Is.EqualTo((true, false, CleaningPhase.Aborted)));
        state.End();
        await paused;
        await state.PauseAsync();
        Assert.That(state.Phase, Is.EqualTo(CleaningPhase.Paused));
        state.Resume();
        Assert.That(state.TryBegin(CancellationToken.None, out _), Is.False, "it was paused twice");
        state.Resume();
        Assert.That(state.Phase, Is.EqualTo(CleaningPhase.None));
        Assert.That(state.TryBegin(CancellationToken.None, out _));
    }
}
