using Kafka.Modular.LogStorage.Tests.Support;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.LogStorage.Tests;

public class ProducerStateTests
{
    private readonly LogHarness _harness = new();

    [Test]
    public async Task Sequences_that_follow_each_other_are_appended_and_others_are_out_of_order()
    {
        var log = await _harness.OpenAsync();
        Assert.That(Append(log, 0, 0, "a", "b"), Is.EqualTo(ErrorCode.None));
        Assert.That(Append(log, 0, 2, "c"), Is.EqualTo(ErrorCode.None));
        Assert.That(Append(log, 0, 4, "e"), Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That(Append(log, 0, 3, "d"), Is.EqualTo(ErrorCode.None));
        Assert.That(Batches.ReadAll(log), Is.EqualTo(new[] { "0=a", "1=b", "2=c", "3=d" }));
    }

    [Test]
    public async Task The_last_five_batches_are_recognized_as_duplicates_with_their_offsets()
    {
        var log = await _harness.OpenAsync();
        for (var sequence = 0; sequence < 7; sequence++)
            Append(log, 0, sequence, $"{sequence}");
        for (var sequence = 2; sequence < 7; sequence++)
        {
            var repeated = log.AppendAsLeader(Batches.Idempotent(9, 0, sequence, $"{sequence}"), 0);
            Assert.That((repeated.Error, repeated.IsDuplicate), Is.EqualTo((ErrorCode.None, true)));
            Assert.That((repeated.FirstOffset, repeated.LastOffset), Is.EqualTo(((long)sequence, (long)sequence)));
        }

        Assert.That(Append(log, 0, 1, "1"), Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber), "the sixth last is forgotten");
        Assert.That(log.LogEndOffset, Is.EqualTo(7));
    }

    [Test]
    public async Task The_last_five_batches_are_recognized_after_a_kill_even_across_a_roll([Values(0, 3, 7)] int rollAfter)
    {
        var log = await _harness.OpenAsync();
        for (var sequence = 0; sequence < 7; sequence++)
        {
            if (sequence == rollAfter)
                log.Roll();
            Append(log, 0, sequence, $"{sequence}");
        }

        if (rollAfter == 7)
            log.Roll();
        log = await _harness.KillAndReopenAsync(log);
        for (var sequence = 2; sequence < 7; sequence++)
        {
            var repeated = log.AppendAsLeader(Batches.Idempotent(9, 0, sequence, $"{sequence}"), 0);
            Assert.That((repeated.Error, repeated.IsDuplicate, repeated.FirstOffset), Is.EqualTo((ErrorCode.None, true, (long)sequence)));
        }

        Assert.That(log.LogEndOffset, Is.EqualTo(7));
    }

    [Test]
    public async Task A_new_epoch_begins_at_sequence_0_and_fences_the_old_one()
    {
        var log = await _harness.OpenAsync();
        Append(log, 1, 0, "a");
        Assert.That(Append(log, 2, 1, "b"), Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That(Append(log, 2, 0, "b"), Is.EqualTo(ErrorCode.None));
        Assert.That(Append(log, 1, 1, "c"), Is.EqualTo(ErrorCode.InvalidProducerEpoch));
    }

    [Test]
    public async Task A_producer_that_is_not_known_may_begin_anywhere()
    {
        var log = await _harness.OpenAsync();
        Assert.That(Append(log, 0, 17, "a"), Is.EqualTo(ErrorCode.None));
        Assert.That(Append(log, 0, 18, "b"), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Sequences_go_on_at_0_after_the_largest_int()
    {
        var log = await _harness.OpenAsync();
        Append(log, 0, int.MaxValue - 1, "a", "b");
        Assert.That(Append(log, 0, 0, "c"), Is.EqualTo(ErrorCode.None));
        var repeated = log.AppendAsLeader(Batches.Idempotent(9, 0, int.MaxValue - 1, "a", "b"), 0);
        Assert.That((repeated.IsDuplicate, repeated.FirstOffset), Is.EqualTo((true, 0L)));
    }

    [TestCase("clean")]
    [TestCase("kill")]
    [TestCase("power")]
    public async Task Restarts_keep_what_producers_wrote(string how)
    {
        _harness.Config = _harness.Config with { SegmentBytes = 200 };
        var log = await _harness.OpenAsync();
        for (var sequence = 0; sequence < 20; sequence++)
            Append(log, 0, sequence, $"{sequence}");
        log.Flush();
        log = how switch
        {
            "clean" => await _harness.ReopenAsync(log),
            "kill" => await _harness.KillAndReopenAsync(log),
            _ => await _harness.LosePowerAndReopenAsync(log, 1),
        };
        var repeated = log.AppendAsLeader(Batches.Idempotent(9, 0, 19, "19"), 0);
        Assert.That((repeated.Error, repeated.IsDuplicate, repeated.LastOffset), Is.EqualTo((ErrorCode.None, true, 19L)));
        Assert.That(Append(log, 0, 21, "x"), Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That(Append(log, 0, 20, "y"), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Truncation_takes_producers_back()
    {
        _harness.Config = _harness.Config with { SegmentBytes = 200 };
        var log = await _harness.OpenAsync();
        for (var sequence = 0; sequence < 20; sequence++)
            Append(log, 0, sequence, $"{sequence}");
        await log.TruncateToAsync(7, CancellationToken.None);
        Assert.That(Append(log, 0, 8, "x"), Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That(Append(log, 0, 7, "again"), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Producers_that_write_nothing_are_forgotten()
    {
        var log = await _harness.OpenAsync();
        Append(log, 0, 0, "a");
        log.AppendAsLeader(Batches.Transactional(10, 0, 0, "b"), 0);
        _harness.Time.Advance(TimeSpan.FromDays(1));
        Assert.That(log.RemoveExpiredProducers(), Is.EqualTo(1), "one has a transaction going on");
        Assert.That(log.ProducerCount, Is.EqualTo(1));
    }

    [Test]
    public async Task Snapshots_have_Kafkas_bytes()
    {
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Idempotent(0x1122, 3, 5, "a", "b"), 0);
        log.TakeProducerSnapshot();
        Assert.That(
            Convert.ToHexStringLower(_harness.ReadFile("00000000000000000002.snapshot")),
            Is.EqualTo("0001" + "56a6f6a0" + "00000001" + "0000000000001122" + "0003" + "00000006" + "0000000000000001" + "00000001"
                + "0000018bcfe56800" + "ffffffff" + "ffffffffffffffff"));
    }

    [Test]
    public async Task Snapshots_lie_beside_the_segments_and_go_with_them()
    {
        var log = await _harness.OpenAsync();
        for (var sequence = 0; sequence < 4; sequence++)
        {
            Append(log, 0, sequence, $"{sequence}");
            log.Roll();
        }

        Assert.That(Snapshots(), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        log.UpdateHighWatermark(4);
        log.MaybeIncrementLogStartOffset(2, "test");
        log.DeleteOldSegments();
        Assert.That(Snapshots(), Is.EqualTo(new[] { 2, 3, 4 }).Or.EqualTo(new[] { 1, 2, 3, 4 }[1..]));
        log = await _harness.ReopenAsync(log);
        Assert.That(Snapshots(), Is.EqualTo(new[] { 3, 4 }), "those at and below the log start offset are of no use");
        Assert.That(Append(log, 0, 4, "4"), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_damaged_snapshot_is_dropped_and_the_log_read_instead()
    {
        var log = await _harness.OpenAsync();
        Append(log, 0, 0, "a");
        log.TakeProducerSnapshot();
        var path = $"{LogHarness.Path}/{LogHarness.Partition}/00000000000000000001.snapshot";
        using (var file = _harness.Files.Open(path, Spi.Storage.FileOpenMode.ReadWrite))
            file.Write(12, [0xff]);
        log = await _harness.KillAndReopenAsync(log);
        Assert.That(Append(log, 0, 2, "x"), Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That(Append(log, 0, 1, "b"), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Followers_know_the_producers_too()
    {
        var log = await _harness.OpenAsync();
        var batch = Batches.Idempotent(9, 0, 0, "a", "b");
        RecordBatchPatch.SetPartitionLeaderEpoch(batch.Span, 4);
        Assert.That(log.AppendAsFollower(batch, leaderEpoch: 4).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(log.AppendAsLeader(Batches.Idempotent(9, 0, 0, "a", "b"), 5).IsDuplicate);
        Assert.That(Append(log, 0, 2, "c"), Is.EqualTo(ErrorCode.None));
    }

    private static ErrorCode Append(PartitionLog log, short epoch, int sequence, params string[] values) =>
        log.AppendAsLeader(Batches.Idempotent(9, epoch, sequence, values), leaderEpoch: 0).Error;

    private int[] Snapshots() =>
        [.. _harness.ListFiles().Where(name => name.EndsWith(".snapshot", StringComparison.Ordinal)).Select(name => int.Parse(name[..20]))];
}
