using Kafka.Modular.Core.Threading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Raft.Driver;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Raft.Tests.Driver;

public sealed class SingleNodeTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));
    private InlineEventLoop _loop;
    private readonly TestNode _node;

    public SingleNodeTests()
    {
        _loop = new("raft", _time);
        _node = new(1, 1, _time);
    }

    [Test]
    public void A_single_voter_leads_and_commits_within_its_start()
    {
        var listener = Start();
        Assert.That(_node.Driver!.Status.State, Is.EqualTo("leader"));
        Assert.That(listener.Leaders, Is.EqualTo(new[] { new LeaderAndEpoch(1, 1) }));
        Assert.That(listener.NextOffset, Is.EqualTo(3));
        Assert.That(_node.Driver.Status.HighWatermark, Is.EqualTo(3));
    }

    [Test]
    public void The_start_stores_quorum_state_as_few_times_as_it_can()
    {
        Start();
        Assert.That(_node.QuorumState.Writes, Is.EqualTo(1));
    }

    [Test]
    public void Records_are_given_to_listeners_in_order_once_flushed()
    {
        var listener = Start();
        var first = _node.Append("a", "b");
        var second = _node.Append("c");
        Assert.That((first.BaseOffset, first.LastOffset, second.BaseOffset), Is.EqualTo((3, 4, 5)));
        Assert.That(listener.Records, Is.Empty);
        var flushes = _node.Log.Flushes;
        _loop.RunPending();
        Assert.That(listener.Records, Is.EqualTo(new[] { "a", "b", "c" }));
        Assert.That(_node.Log.Flushes, Is.EqualTo(flushes + 1), "one flush for both");
    }

    [Test]
    public async Task Waiting_for_a_commit_ends_when_it_is_committed()
    {
        Start();
        var result = _node.Append("a");
        var committed = _node.Driver!.WhenCommittedAsync(result.LastOffset, 1, CancellationToken.None);
        Assert.That(committed.IsCompleted, Is.False);
        _loop.RunPending();
        Assert.That(await committed, Is.EqualTo(ErrorCode.None));
        Assert.That(await _node.Driver.WhenCommittedAsync(result.LastOffset, 1, CancellationToken.None), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Resigning_fails_who_waits_and_refuses_appends_until_the_next_epoch()
    {
        var listener = Start();
        var driver = _node.Driver!;
        driver.Resign(1);
        var waiting = driver.WhenCommittedAsync(99, 1, CancellationToken.None);
        _loop.RunPending();
        Assert.That(await waiting, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
        Assert.That(driver.TryAppend(1, [new byte[1]]).Error, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
        _time.Advance(TimeSpan.FromSeconds(1));
        _loop.RunPending();
        Assert.That(listener.Leaders[^1].IsLeader(1), Is.True);
        Assert.That(listener.Leaders[^1].Epoch, Is.GreaterThan(1));
    }

    [Test]
    public void An_append_in_another_epoch_or_too_large_is_refused()
    {
        _node.Change = settings => settings with { MaxBatchBytes = 1000 };
        Start();
        Assert.That(_node.Driver!.TryAppend(2, [new byte[1]]).Error, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
        Assert.That(_node.Driver.TryAppend(1, [new byte[1000]]).Error, Is.EqualTo(ErrorCode.RecordListTooLarge));
        Assert.That(_node.Append("a").BaseOffset, Is.EqualTo(3));
    }

    [Test]
    public void A_listener_that_takes_its_time_gets_one_piece_and_then_the_rest()
    {
        var listener = Start();
        listener.HoldsBack = true;
        _node.Append("a");
        _loop.RunPending();
        _node.Append("b");
        _node.Append("c");
        _loop.RunPending();
        Assert.That(listener.Records, Is.EqualTo(new[] { "a" }));
        listener.HoldsBack = false;
        listener.Held[0].Dispose();
        _loop.RunPending();
        Assert.That(listener.Records, Is.EqualTo(new[] { "a", "b", "c" }));
    }

    [Test]
    public void A_listener_learns_of_its_leadership_only_when_it_has_caught_up()
    {
        var late = new RecordingListener { HoldsBack = true };
        Start();
        _node.Driver!.Register(late);
        _loop.RunPending();
        Assert.That(late.Leaders, Is.Empty);
        late.Held[0].Dispose();
        _loop.RunPending();
        Assert.That(late.Leaders, Is.EqualTo(new[] { new LeaderAndEpoch(1, 1) }));
    }

    [Test]
    public void A_restart_gives_everything_again_in_a_later_epoch()
    {
        Start();
        _node.Append("a");
        _node.Append("b");
        _loop.RunPending();
        Stop();
        var listener = Start();
        Assert.That(listener.Records, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(listener.Leaders, Is.EqualTo(new[] { new LeaderAndEpoch(1, 2) }));
        _node.Append("c");
        _loop.RunPending();
        Assert.That(listener.Records, Is.EqualTo(new[] { "a", "b", "c" }));
    }

    [Test]
    public void A_loss_of_power_takes_nothing_that_was_committed()
    {
        Start();
        _node.Append("a");
        _loop.RunPending();
        _node.Append("b");
        _loop = new("raft", _time);
        _node.Log.LosePower();
        var listener = Start();
        Assert.That(listener.Records, Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void A_restart_begins_with_the_latest_snapshot()
    {
        Start();
        var last = _node.Append("a", "b").LastOffset;
        _loop.RunPending();
        TakeSnapshot(last + 1, "ab");
        _node.Append("c");
        _loop.RunPending();
        Stop();
        var listener = Start();
        Assert.That(listener.Snapshots, Is.EqualTo(new[] { new OffsetAndEpoch(last + 1, 1) }));
        Assert.That(listener.Records, Is.EqualTo(new[] { "ab", "c" }));
        Assert.That(_node.Driver!.Status.Voters, Is.EqualTo(_node.Voters));
    }

    [Test]
    public void Old_snapshots_and_the_records_before_them_are_deleted_when_there_is_too_much()
    {
        _node.Change = settings => settings with { MaxRetentionBytes = 0 };
        Start();
        for (var i = 0; i < 3; i++)
        {
            var last = _node.Append("a").LastOffset;
            _loop.RunPending();
            TakeSnapshot(last + 1, $"{i}");
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        _loop.RunPending();
        Assert.That(_node.Snapshots.List().Select(snapshot => snapshot.Id), Is.EqualTo(new[] { new OffsetAndEpoch(6, 1) }));
        Assert.That(_node.Log.StartOffset, Is.EqualTo(6));
        Stop();
        Assert.That(Start().Records, Is.EqualTo(new[] { "2" }));
    }

    [Test]
    public async Task A_snapshot_of_what_is_not_committed_or_not_there_is_refused()
    {
        Start();
        _node.Append("a");
        _loop.RunPending();
        Assert.That(await Create(new(5, 1)), Is.Null, "beyond the end");
        Assert.That(await Create(new(4, 2)), Is.Null, "another epoch");
        Assert.That(await Create(new(0, 0)), Is.Null, "the bootstrap snapshot");
        using var writer = await Create(new(4, 1));
        Assert.That(writer, Is.Not.Null);
    }

    [Test]
    public async Task A_disk_that_fails_stops_the_replica_and_answers_everybody()
    {
        var failing = new FailingLog(_node.Log);
        _node.OtherLog = failing;
        Start();
        failing.Fails = true;
        var append = _node.Append("a");
        var waiting = _node.Driver!.WhenCommittedAsync(append.LastOffset, 1, CancellationToken.None);
        _loop.RunPending();
        Assert.That(_node.Faults.Single(), Is.InstanceOf<IOException>());
        Assert.That(_node.Append("b").Error, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
        Assert.That(((DescribeQuorumResponse)await Describe()).Topics[0].Partitions[0].ErrorCode, Is.EqualTo(ErrorCode.BrokerNotAvailable));
        _loop.RunPending();
        Assert.That(await waiting, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
    }

    [Test]
    public async Task The_quorum_is_described_in_wall_clock_time()
    {
        Start();
        var answer = Describe();
        _loop.RunPending();
        var partition = ((DescribeQuorumResponse)WireTrip.Response(await answer)).Topics[0].Partitions[0];
        Assert.That((partition.ErrorCode, (int)partition.LeaderId, partition.LeaderEpoch, partition.HighWatermark), Is.EqualTo((ErrorCode.None, 1, 1, 3)));
        Assert.That(partition.CurrentVoters.Single().LastCaughtUpTimestamp, Is.EqualTo(_time.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    [Test]
    public async Task Requests_about_other_partitions_are_refused()
    {
        Start();
        var driver = _node.Driver!;
        var vote = (VoteResponse)await driver.HandleAsync(new VoteRequest(), TestNode.Listener, CancellationToken.None);
        Assert.That(vote.ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        var fetch = (FetchResponse)await driver.HandleAsync(new FetchRequest { Topics = [new()] }, TestNode.Listener, CancellationToken.None);
        Assert.That(fetch.ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        var describe = (DescribeQuorumResponse)await driver.HandleAsync(
            new DescribeQuorumRequest { Topics = [new() { TopicName = "other", Partitions = [new()] }] }, TestNode.Listener, CancellationToken.None);
        Assert.That(describe.Topics[0].Partitions[0].ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        var snapshot = (FetchSnapshotResponse)await driver.HandleAsync(
            new FetchSnapshotRequest { Topics = [new() { Name = "other", Partitions = [new()] }] }, TestNode.Listener, CancellationToken.None);
        Assert.That(snapshot.Topics[0].Partitions[0].ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
    }

    [Test]
    public async Task A_stopped_driver_answers_that_it_is_not_available()
    {
        Start();
        Stop();
        Assert.That(((DescribeQuorumResponse)await Describe()).Topics[0].Partitions[0].ErrorCode, Is.EqualTo(ErrorCode.BrokerNotAvailable));
        Assert.That(_node.Append("a").Error, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
    }

    private RecordingListener Start()
    {
        var driver = _node.Create(_loop);
        var listener = new RecordingListener();
        driver.Register(listener);
        var started = driver.StartAsync(CancellationToken.None);
        _loop.RunPending();
        Assert.That(started.IsCompletedSuccessfully, Is.True, started.Exception?.ToString());
        return listener;
    }

    private void Stop()
    {
        var stopped = _node.Driver!.StopAsync(TimeSpan.FromSeconds(1));
        while (!stopped.IsCompleted)
            _loop.RunPending();
        Assert.That(stopped.IsCompletedSuccessfully, Is.True);
    }

    private Task<IResponse> Describe() => _node.Driver!.HandleAsync(
        new DescribeQuorumRequest { Topics = [new() { TopicName = MetadataPartition.Topic, Partitions = [new()] }] },
        TestNode.Listener,
        CancellationToken.None);

    private Task<RaftSnapshotWriter?> Create(OffsetAndEpoch id)
    {
        var created = _node.Driver!.CreateSnapshotAsync(id, 0, CancellationToken.None);
        _loop.RunPending();
        return created;
    }

    private void TakeSnapshot(long endOffset, string content)
    {
        using (var writer = Create(new(endOffset, 1)).GetAwaiter().GetResult()!)
        {
            writer.Append([System.Text.Encoding.UTF8.GetBytes(content)]);
            writer.Complete();
        }

        _loop.RunPending();
    }

    private sealed class FailingLog(IRaftLog inner) : IRaftLog
    {
        public bool Fails { get; set; }

        public long StartOffset => inner.StartOffset;

        public long EndOffset => inner.EndOffset;

        public IReadOnlyList<EpochStart> EpochStarts => inner.EpochStarts;

        public long SizeInBytes => inner.SizeInBytes;

        public void Append(ReadOnlyMemory<byte> batches)
        {
            if (Fails)
                throw new IOException("No space left on device");
            inner.Append(batches);
        }

        public ReadOnlyMemory<byte> Read(long offset, int maxBytes) => inner.Read(offset, maxBytes);

        public ValueTask TruncateToAsync(long endOffset) => inner.TruncateToAsync(endOffset);

        public ValueTask TruncateFullyToAsync(long offset) => inner.TruncateFullyToAsync(offset);

        public void AdvanceStartTo(long offset) => inner.AdvanceStartTo(offset);

        public void Flush() => inner.Flush();

        public void UpdateHighWatermark(long offset) => inner.UpdateHighWatermark(offset);
    }
}
