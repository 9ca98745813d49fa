using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.States;
using Kafka.Modular.Raft.Voters;
using static Kafka.Modular.Raft.Tests.Machine.RaftFixture;

namespace Kafka.Modular.Raft.Tests.Machine;

public sealed class LeaderTests
{
    [Test]
    public void Records_are_committed_once_a_majority_has_flushed_them()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        var committed = raft.Machine.CommittedOffset;
        raft.Append(2);
        var end = raft.Machine.Log.EndOffset;
        raft.FetchAs(2, end);
        Assert.That(raft.Machine.CommittedOffset, Is.EqualTo(committed), "the leader has not flushed");
        raft.Flush();
        Assert.That(raft.Of<HighWatermarkAdvanced>().Single().Offset, Is.EqualTo(end));
    }

    [Test]
    public void Two_followers_commit_without_the_leaders_disk()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader().Append();
        var end = raft.Machine.Log.EndOffset;
        raft.FetchAs(2, end);
        raft.FetchAs(3, end);
        Assert.That(raft.Machine.CommittedOffset, Is.EqualTo(end));
    }

    [Test]
    public void Records_of_earlier_epochs_are_not_committed_by_counting()
    {
        var raft = new RaftFixture(stored: new(1, -1, null, []), log: LogOf((1, 10))).Start().BecomeLeader();
        raft.Flush();
        raft.FetchAs(2, 10, lastEpoch: 1);
        Assert.That(raft.Machine.CommittedOffset, Is.EqualTo(-1));
        raft.FetchAs(2, raft.Machine.Log.EndOffset);
        Assert.That(raft.Machine.CommittedOffset, Is.EqualTo(raft.Machine.Log.EndOffset));
    }

    [Test]
    public void An_observers_fetch_does_not_commit()
    {
        var raft = new RaftFixture().Start().BecomeLeader().Flush();
        raft.FetchAs(9, raft.Machine.Log.EndOffset);
        raft.FetchAs(2, 0);
        Assert.That(raft.Machine.CommittedOffset, Is.EqualTo(-1));
    }

    [Test]
    public void A_voter_with_another_directory_does_not_commit()
    {
        var raft = new RaftFixture().Start().BecomeLeader().Flush();
        var call = new FetchCall(Cluster, new(2, new Uuid(1, 1)), raft.State.Epoch, raft.Machine.Log.EndOffset, raft.State.Epoch, 0, 0, 100);
        raft.Ask<FetchReply>(call);
        Assert.That(raft.Machine.CommittedOffset, Is.EqualTo(-1));
    }

    [Test]
    public void A_fetch_gets_records_that_are_not_committed_yet_and_the_high_watermark()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        var end = raft.Machine.Log.EndOffset;
        raft.Append();
        var id = raft.FetchAs(3, end);
        var reply = raft.Of<SendFetchReply>().Single(output => output.RequestId == id);
        Assert.That((reply.Offset, reply.Reply.HighWatermark), Is.EqualTo((end, end)));
    }

    [Test]
    public void A_fetch_at_the_end_waits_for_an_append()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        var id = raft.FetchAs(2, raft.Machine.Log.EndOffset, maxWaitMs: 500);
        Assert.That(raft.ReplyTo(id), Is.Null);
        raft.Append();
        Assert.That(raft.ReplyTo(id), Is.Not.Null);
    }

    [Test]
    public void A_fetch_at_the_end_waits_no_longer_than_it_wants()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        var id = raft.FetchAs(2, raft.Machine.Log.EndOffset, maxWaitMs: 100);
        raft.Pass(99);
        Assert.That(raft.ReplyTo(id), Is.Null);
        raft.Pass(1);
        Assert.That(raft.ReplyTo(id)!.Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_fetch_at_the_end_is_answered_when_the_high_watermark_moves()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader().Append();
        var end = raft.Machine.Log.EndOffset;
        var id = raft.FetchAs(3, end, maxWaitMs: 500);
        Assert.That(raft.ReplyTo(id), Is.Null);
        raft.Flush();
        Assert.That(((FetchReply)raft.ReplyTo(id)!).HighWatermark, Is.EqualTo(end));
    }

    [Test]
    public void A_follower_that_knows_a_lower_high_watermark_is_told_at_once()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        var end = raft.Machine.Log.EndOffset;
        var id = raft.FetchAs(3, end, maxWaitMs: 500, highWatermark: end - 1);
        Assert.That(((FetchReply)raft.ReplyTo(id)!).HighWatermark, Is.EqualTo(end));
        id = raft.FetchAs(3, end, maxWaitMs: 500, highWatermark: end);
        Assert.That(raft.ReplyTo(id), Is.Null);
    }

    [Test]
    public void A_fetch_in_another_epoch_is_fenced_or_unknown()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        var call = new FetchCall(Cluster, Key(2), raft.State.Epoch - 1, 0, 0, 0, 0, 0);
        Assert.That(raft.Ask<FetchReply>(call).Error, Is.EqualTo(ErrorCode.FencedLeaderEpoch));
        Assert.That(raft.Ask<FetchReply>(call with { CurrentLeaderEpoch = raft.State.Epoch + 1 }).Error, Is.EqualTo(ErrorCode.UnknownLeaderEpoch));
    }

    [Test]
    public void Only_the_leader_answers_what_only_the_leader_knows()
    {
        var raft = new RaftFixture().Start().Follow(3, 1);
        RaftRequest[] requests =
        [
            new FetchCall(Cluster, Key(2), 1, 0, 0, 0, 0, 0),
            new FetchSnapshotCall(Cluster, Key(2), 1, new(1, 1), 0, 0),
            new UpdateVoterCall(Cluster, 1, Voter(2)),
            new AddVoterCall(Cluster, Key(4), Endpoints(4), 0, true),
            new RemoveVoterCall(Cluster, Key(2)),
            new DescribeQuorumCall(),
        ];
        foreach (var request in requests)
        {
            var reply = raft.Ask<RaftReply>(request);
            Assert.That((reply.Error, reply.LeaderId), Is.EqualTo((ErrorCode.NotLeaderOrFollower, 3)), request.ToString());
            Assert.That(reply.LeaderEndpoints, Is.EqualTo(Endpoints(3)));
        }
    }

    [TestCase(-1, 0, 0)]
    [TestCase(0, -1, 0)]
    [TestCase(0, 2, 0)]
    [TestCase(0, 0, -1)]
    public void A_fetch_with_an_impossible_position_is_invalid(long offset, int lastEpoch, int maxWait)
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        var call = new FetchCall(Cluster, Key(2), 1, offset, lastEpoch, 0, maxWait, 0);
        Assert.That(raft.Ask<FetchReply>(call).Error, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [TestCase(12, 1, 10, 1)]
    [TestCase(15, 2, 15, 2)]
    [TestCase(12, 3, 15, 2)]
    [TestCase(25, 4, 21, 4)]
    public void A_fetch_that_diverges_is_told_where(long offset, int lastEpoch, long divergingEnd, int divergingEpoch)
    {
        var raft = new RaftFixture(stored: new(3, -1, null, []), log: LogOf((1, 10), (2, 15))).Start().BecomeLeader();
        Assert.That(raft.State.Epoch, Is.EqualTo(4));
        var reply = raft.Ask<FetchReply>(new FetchCall(Cluster, Key(2), 4, offset, lastEpoch, 0, 100, 100));
        if (offset == 15 && lastEpoch == 2)
            Assert.That(reply.Diverging, Is.Null);
        else
            Assert.That(reply.Diverging, Is.EqualTo(new OffsetAndEpoch(divergingEnd == 21 ? raft.Machine.Log.EndOffset : divergingEnd, divergingEpoch)));
    }

    [Test]
    public void A_replica_without_records_is_sent_to_the_snapshot()
    {
        var raft = WithSnapshot();
        var reply = raft.Ask<FetchReply>(new FetchCall(Cluster, Key(2), raft.State.Epoch, 0, 0, 0, 100, 100));
        Assert.That(reply.SnapshotId, Is.EqualTo(new OffsetAndEpoch(10, 1)));
    }

    [Test]
    public void A_replica_behind_the_start_of_the_log_is_sent_to_the_snapshot()
    {
        var raft = WithSnapshot();
        raft.Step(new LogCleaned(new(10, 1)));
        var reply = raft.Ask<FetchReply>(new FetchCall(Cluster, Key(2), raft.State.Epoch, 5, 1, 0, 100, 100));
        Assert.That(reply.SnapshotId, Is.EqualTo(new OffsetAndEpoch(10, 1)));
    }

    [Test]
    public void A_snapshot_is_given_in_pieces_and_keeps_the_leader_in_office()
    {
        var raft = WithSnapshot();
        var call = new FetchSnapshotCall(Cluster, Key(2), raft.State.Epoch, new(10, 1), 40, 20);
        Assert.That(raft.Ask<FetchSnapshotReply>(call).Size, Is.EqualTo(100));
        Assert.That(raft.Of<SendSnapshotReply>().Single().MaxBytes, Is.EqualTo(20));
        var before = ((LeaderState)raft.State).CheckQuorumDeadline;
        raft.Now += 100;
        raft.Ask<FetchSnapshotReply>(call);
        Assert.That(((LeaderState)raft.State).CheckQuorumDeadline, Is.EqualTo(before + 100));
    }

    [Test]
    public void A_snapshot_that_is_not_there_and_a_position_outside_it_are_errors()
    {
        var raft = WithSnapshot();
        var call = new FetchSnapshotCall(Cluster, Key(2), raft.State.Epoch, new(10, 1), 0, 20);
        Assert.That(raft.Ask<FetchSnapshotReply>(call with { SnapshotId = new(11, 1) }).Error, Is.EqualTo(ErrorCode.SnapshotNotFound));
        Assert.That(raft.Ask<FetchSnapshotReply>(call with { SnapshotId = new(0, 0) }).Error, Is.EqualTo(ErrorCode.SnapshotNotFound));
        Assert.That(raft.Ask<FetchSnapshotReply>(call with { Position = 100 }).Error, Is.EqualTo(ErrorCode.PositionOutOfRange));
        Assert.That(raft.Ask<FetchSnapshotReply>(call with { Position = -1 }).Error, Is.EqualTo(ErrorCode.PositionOutOfRange));
    }

    [Test]
    public void A_leader_without_a_fetching_majority_resigns_and_names_its_successors_by_progress()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        raft.FetchAs(3, 1, lastEpoch: 1);
        raft.PassUntil<ResignedState>();
        Assert.That(((ResignedState)raft.State).PreferredSuccessors, Is.EqualTo(new[] { Key(2), Key(3) }));
        Assert.That(raft.Of<LeaderChanged>().Single().Leader, Is.EqualTo(new LeaderAndEpoch(-1, 1)));
    }

    [Test]
    public void A_leader_that_a_majority_fetches_from_stays()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        for (var i = 0; i < 20; i++)
        {
            raft.Pass(1000);
            raft.FetchAs(2, raft.Machine.Log.EndOffset);
        }

        Assert.That(raft.State, Is.InstanceOf<LeaderState>());
    }

    [Test]
    public void A_silent_voter_is_told_of_the_leader_again()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        raft.Pass(1000);
        raft.FetchAs(2, raft.Machine.Log.EndOffset);
        raft.Pass(999);
        raft.FetchAs(2, raft.Machine.Log.EndOffset);
        raft.Pass(1);
        Assert.That(raft.Sent<BeginEpochCall>(2), Is.Null);
        Assert.That(raft.Sent<BeginEpochCall>(3), Is.Not.Null);
    }

    [Test]
    public void Resigning_is_for_the_epoch_that_is_named()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        raft.Step(new ResignRequested(raft.State.Epoch + 1));
        Assert.That(raft.State, Is.InstanceOf<LeaderState>());
        raft.Step(new ResignRequested(raft.State.Epoch));
        Assert.That(raft.State, Is.InstanceOf<ResignedState>());
    }

    [Test]
    public void A_leader_that_shuts_down_resigns_and_leaves_once_another_leads()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        raft.Step(new ShutdownRequested());
        Assert.That(raft.State, Is.InstanceOf<ResignedState>());
        Assert.That(raft.Of<ShutdownCompleted>(), Is.Empty);
        raft.Ask<BeginEpochReply>(new BeginEpochCall(Cluster, Key(1), 2, 2, Endpoints(2)));
        Assert.That(raft.Of<ShutdownCompleted>(), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_quorum_of_one_shuts_down_at_once()
    {
        var raft = new RaftFixture(voters: 1).Start().Flush();
        Assert.That(raft.Step(new ShutdownRequested()).Of<ShutdownCompleted>(), Has.Count.EqualTo(1));
    }

    [Test]
    public void The_quorum_is_described_with_progress_and_times()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        raft.Now += 50;
        raft.FetchAs(9, 0);
        var reply = raft.Ask<DescribeQuorumReply>(new DescribeQuorumCall());
        Assert.That(reply.Voters.Select(voter => voter.Key.Id), Is.EqualTo([1, 2, 3]));
        Assert.That(reply.Voters[1].LogEndOffset, Is.EqualTo(raft.Machine.Log.EndOffset));
        Assert.That(reply.Voters[1].LastCaughtUpMs, Is.EqualTo(raft.Now - 50));
        Assert.That(reply.Voters[2].LastFetchMs, Is.EqualTo(-1));
        Assert.That(reply.Observers.Single().Key, Is.EqualTo(Key(9)));
        raft.Now += 300_000;
        Assert.That(raft.Ask<DescribeQuorumReply>(new DescribeQuorumCall()).Observers, Is.Empty);
    }

    [Test]
    public void An_append_of_an_epoch_that_is_over_is_dropped()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        var end = raft.Machine.Log.EndOffset;
        raft.Step(new AppendRequested(new(end, end, raft.State.Epoch - 1, default, [])));
        Assert.That(raft.Machine.Log.EndOffset, Is.EqualTo(end));
    }

    private static RaftFixture WithSnapshot()
    {
        var raft = new RaftFixture(stored: new(1, -1, null, []), log: LogOf((1, 10), (2, 15))).Start().BecomeCommittedLeader();
        raft.Step(new SnapshotCreated(new(new(10, 1), 100, default)));
        return raft;
    }
}
