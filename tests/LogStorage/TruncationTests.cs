using Kafka.Modular.LogStorage.Tests.Support;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.LogStorage.Tests;

[TestFixture(false)]
[TestFixture(true)]
public class TruncationTests(bool inMemory)
{
    private readonly LogHarness _harness = new(inMemory);

    [Test]
    public async Task Truncation_waits_for_readers_and_refuses_appends_meanwhile()
    {
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Of("a"), 0);
        log.AppendAsLeader(Batches.Of("b"), 0);
        var lease = log.Read(0, 1000, ReadIsolation.LogEnd, minOneMessage: true).Lease!;
        var truncation = log.TruncateToAsync(1, CancellationToken.None).AsTask();
        Assert.That(truncation.IsCompleted, Is.False);
        Assert.That(log.LogEndOffset, Is.EqualTo(1), "new readers see the new end at once");
        Assert.That(Batches.ReadAll(log), Is.EqualTo(new[] { "0=a" }));
        Assert.That(log.AppendAsLeader(Batches.Of("c"), 0).Error, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
        Assert.That(Batches.Records(lease).Select(record => record.Value), Is.EqualTo(new[] { "a", "b" }));
        lease.Dispose();
        Assert.That(await truncation);
        log.AppendAsLeader(Batches.Of("d"), 0);
        Assert.That(Batches.ReadAll(log), Is.EqualTo(new[] { "0=a", "1=d" }));
    }

    [Test]
    public async Task Truncation_inside_of_a_batch_takes_the_batch()
    {
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Of("a"), 0);
        log.AppendAsLeader(Batches.Of("b", "c", "d"), 0);
        await log.TruncateToAsync(3, CancellationToken.None);
        Assert.That(log.LogEndOffset, Is.EqualTo(1));
    }

    [Test]
    public async Task Truncation_takes_epochs_and_the_high_watermark_back()
    {
        var log = await _harness.OpenAsync();
        for (var index = 0; index < 5; index++)
            log.AppendAsLeader(Batches.Of($"{index}"), leaderEpoch: index);
        log.UpdateHighWatermark(4);
        var heard = new Listener();
        log.AddListener(heard);
        await log.TruncateToAsync(3, CancellationToken.None);
        Assert.That((log.HighWatermark, log.LatestEpoch), Is.EqualTo((3L, (int?)2)));
        Assert.That(heard.HighWatermarks, Is.EqualTo(new[] { 3L }));
        Assert.That(await log.TruncateToAsync(7, CancellationToken.None), Is.False);
    }

    [Test]
    public async Task A_log_can_begin_anew_at_any_offset()
    {
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Of("a", "b"), 3);
        using var lease = log.Read(0, 1000, ReadIsolation.LogEnd, minOneMessage: true).Lease!;
        await log.TruncateFullyAndStartAtAsync(100, logStartOffset: null, CancellationToken.None);
        Assert.That((log.LogStartOffset, log.LogEndOffset, log.HighWatermark, log.LatestEpoch), Is.EqualTo((100L, 100L, 100L, (int?)null)));
        Assert.That(log.AppendAsFollower(Batches.Replicated(100, 5, "c"), 5).Error, Is.EqualTo(ErrorCode.None));
        log = await _harness.ReopenAsync(log);
        Assert.That(Batches.ReadAll(log, from: 100), Is.EqualTo(new[] { "100=c" }));
        Assert.That(log.LogStartOffset, Is.EqualTo(100));
    }

    [Test]
    public async Task A_follower_takes_batches_as_they_come_and_nothing_that_does_not_follow()
    {
        var log = await _harness.OpenAsync();
        byte[] cut = [.. Batches.Replicated(0, 1, "a", "b"), .. Batches.Replicated(2, 1, "c"), .. Batches.Replicated(3, 1, "d")[..^3]];
        var result = log.AppendAsFollower(cut, leaderEpoch: 1);
        Assert.That((result.Error, result.LastOffset, result.RecordCount), Is.EqualTo((ErrorCode.None, 2L, 3)));
        Assert.That(log.AppendAsFollower(Batches.Replicated(2, 1, "c"), 1).Error, Is.EqualTo(ErrorCode.OffsetOutOfRange));
        Assert.That(log.AppendAsFollower(Batches.Replicated(5, 3, "late"), leaderEpoch: 2).LastOffset, Is.EqualTo(-1), "of a leader that came later");
        var damaged = Batches.Replicated(3, 1, "x");
        damaged[^2] ^= 1;
        Assert.That(log.AppendAsFollower(damaged, 1).Error, Is.EqualTo(ErrorCode.CorruptMessage));
        Assert.That(Batches.ReadAll(log), Is.EqualTo(new[] { "0=a", "1=b", "2=c" }));
    }

    [Test]
    public async Task The_quorums_leader_appends_what_it_numbered_itself()
    {
        var log = await _harness.OpenAsync();
        Assert.That(log.AppendAsLeader(Batches.Replicated(0, 4, "a"), 4, AppendOrigin.RaftLeader).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(log.AppendAsLeader(Batches.Replicated(1, 5, "b"), 4, AppendOrigin.RaftLeader).Error, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(log.ReadBatches(0, 10).Length, Is.EqualTo(Batches.Of("a").Length));
        Assert.That(log.ReadBatches(1, 10).Length, Is.Zero);
    }

    [Test]
    public async Task Epochs_end_where_the_next_one_begins()
    {
        var log = await _harness.OpenAsync();
        log.AssignEpochStartOffset(1, 0);
        log.AppendAsLeader(Batches.Of("a", "b"), 1);
        log.AppendAsLeader(Batches.Of("c"), 4);
        Assert.That(log.EndOffsetForEpoch(0), Is.EqualTo(new Epochs.EpochEndOffset(0, 0)));
        Assert.That(log.EndOffsetForEpoch(1), Is.EqualTo(new Epochs.EpochEndOffset(1, 2)));
        Assert.That(log.EndOffsetForEpoch(3), Is.EqualTo(new Epochs.EpochEndOffset(1, 2)));
        Assert.That(log.EndOffsetForEpoch(4), Is.EqualTo(new Epochs.EpochEndOffset(4, 3)));
        Assert.That(log.EndOffsetForEpoch(5).IsDefined, Is.False);
        Assert.That(log.EndOffsetForEpoch(-1).IsDefined, Is.False);
    }

    private sealed class Listener : ILogListener
    {
        public List<long> HighWatermarks { get; } = [];

        public void OnHighWatermarkUpdated(PartitionLog log, long highWatermark) => HighWatermarks.Add(highWatermark);
    }
}
