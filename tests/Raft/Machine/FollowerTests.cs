using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.States;
using Kafka.Modular.Raft.Voters;
using static Kafka.Modular.Raft.Tests.Machine.RaftFixture;

namespace Kafka.Modular.Raft.Tests.Machine;

public sealed class FollowerTests
{
    [Test]
    public void Fetched_records_are_appended_and_flushed_before_the_next_fetch()
    {
        var raft = Following(out var fetch);
        raft.Answer(fetch, Records(raft, 0, 3, highWatermark: 3));
        Assert.That(raft.Outputs.Select(output => output.GetType().Name), Does.Contain("AppendBatches").And.Contain("FlushLog"));
        Assert.That(raft.Sent<FetchCall>(3), Is.Null);
        raft.Flush();
        var next = (FetchCall)raft.Sent<FetchCall>(3)!.Request;
        Assert.That((next.FetchOffset, next.LastFetchedEpoch, next.HighWatermark), Is.EqualTo((3, 1, 3)));
    }

    [Test]
    public void A_broker_that_cannot_become_a_voter_fetches_on_without_flushing()
    {
        var raft = new RaftFixture(localId: 9, change: settings => settings with { CanBecomeVoter = false }).Start().Follow(3, 1);
        raft.Answer(raft.Sent<FetchCall>(3)!, Records(raft, 0, 3, highWatermark: 3));
        Assert.That(raft.Of<FlushLog>(), Is.Empty);
        Assert.That(raft.Sent<FetchCall>(3), Is.Not.Null);
    }

    [Test]
    public void The_high_watermark_never_passes_the_own_log()
    {
        var raft = Following(out var fetch);
        raft.Answer(fetch, Records(raft, 0, 3, highWatermark: 100));
        Assert.That(raft.Of<HighWatermarkAdvanced>().Single().Offset, Is.EqualTo(3));
    }

    [Test]
    public void A_diverging_epoch_truncates()
    {
        var raft = new RaftFixture(stored: new(3, -1, null, []), log: LogOf((1, 10), (2, 15))).Start().Follow(3, 4);
        raft.Answer(raft.Sent<FetchCall>(3)!, new FetchReply { LeaderId = 3, LeaderEpoch = 4, Diverging = new(12, 1), HighWatermark = 5 });
        Assert.That(raft.Of<TruncateLog>().Single().EndOffset, Is.EqualTo(10));
        Assert.That(((FetchCall)raft.Sent<FetchCall>(3)!.Request).FetchOffset, Is.EqualTo(10));
    }

    [Test]
    public void Truncation_takes_back_the_voters_that_were_cut_off()
    {
        var raft = Following(out var fetch);
        var voters = VoterSetOf(4);
        raft.Answer(fetch, Control(raft, 0, new VotersControl(voters))).Flush();
        Assert.That(raft.Machine.Configuration.Voters, Is.EqualTo(voters));
        raft.Follow(2, 2);
        raft.Answer(raft.Sent<FetchCall>(2)!, new FetchReply { LeaderId = 2, LeaderEpoch = 2, Diverging = new(0, 0) });
        Assert.That(raft.Machine.Configuration.Voters, Is.EqualTo(VoterSetOf(3)));
    }

    [Test]
    public void Truncation_below_what_is_committed_stops_the_node()
    {
        var raft = Following(out var fetch);
        raft.Answer(fetch, Records(raft, 0, 3, highWatermark: 3)).Flush();
        raft.Answer(raft.Sent<FetchCall>(3)!, new FetchReply { LeaderId = 3, LeaderEpoch = 1, Diverging = new(1, 1) });
        Assert.That(raft.Of<Failed>(), Has.Count.EqualTo(1));
        Assert.That(raft.Ask<VoteReply>(new VoteCall(Cluster, null, Key(2), 9, 8, 8, false)).Error, Is.EqualTo(ErrorCode.BrokerNotAvailable));
    }

    [Test]
    public void Corrupt_and_misplaced_batches_are_refused_and_the_leader_left_alone_for_a_while()
    {
        var raft = Following(out var fetch);
        var good = Records(raft, 0, 3, highWatermark: 0);
        var bytes = good.Records.ToArray();
        bytes[^1] ^= 1;
        raft.Answer(fetch, good with { Records = bytes });
        Assert.That(raft.Of<ProtocolViolated>(), Has.Count.EqualTo(1));
        Assert.That(raft.Machine.Log.EndOffset, Is.Zero);
        Assert.That(raft.Sent<FetchCall>(3), Is.Null);

        raft = Following(out fetch);
        raft.Answer(fetch, Records(raft, 5, 3, highWatermark: 0));
        Assert.That((raft.Of<ProtocolViolated>().Count, raft.Machine.Log.EndOffset), Is.EqualTo((1, 0)));
    }

    [Test]
    public void A_batch_that_is_cut_off_is_left_out()
    {
        var raft = Following(out var fetch);
        var (first, second) = (Records(raft, 0, 3, 0).Records, Records(raft, 3, 3, 0).Records);
        byte[] bytes = [.. first.Span, .. second.Span[..^5]];
        raft.Answer(fetch, new FetchReply { LeaderId = 3, LeaderEpoch = 1, Records = bytes });
        Assert.That(raft.Machine.Log.EndOffset, Is.EqualTo(3));
        Assert.That(raft.Of<AppendBatches>().Single().Bytes.Length, Is.EqualTo(first.Length));
    }

    [Test]
    public void A_voter_that_hears_nothing_asks_for_pre_votes()
    {
        var raft = Following(out _);
        raft.PassUntil<ProspectiveState>();
        Assert.That((raft.State.Epoch, raft.State.LeaderId), Is.EqualTo((1, 3)));
    }

    [Test]
    public void A_voter_whose_pre_votes_are_refused_returns_to_its_leader()
    {
        var raft = Following(out _);
        raft.PassUntil<ProspectiveState>();
        var (two, three) = (raft.Sent<VoteCall>(2)!, raft.Sent<VoteCall>(3)!);
        raft.Answer(two, new VoteReply { LeaderId = 3, LeaderEpoch = 1 });
        raft.Answer(three, new VoteReply { LeaderId = 3, LeaderEpoch = 1 });
        Assert.That(raft.State, Is.InstanceOf<FollowerState>());
    }

    [Test]
    public void A_leader_that_does_not_answer_is_replaced_by_a_bootstrap_server()
    {
        var raft = new RaftFixture(localId: 9).Start().Follow(3, 1);
        raft.Step(new RequestFailed(raft.Sent<FetchCall>(3)!.CorrelationId, Node(3)));
        Assert.That(raft.Of<SendRequest>().Single().Destination.Id, Is.LessThan(-1));
    }

    [Test]
    public void A_reply_to_a_request_of_before_a_transition_is_ignored()
    {
        var raft = Following(out var fetch);
        raft.Follow(2, 2);
        raft.Answer(fetch, Records(raft, 0, 3, 3));
        Assert.That(raft.Machine.Log.EndOffset, Is.Zero);
    }

    [Test]
    public void A_node_that_knows_the_leader_but_not_its_endpoint_follows_once_it_learns_it()
    {
        var raft = new RaftFixture(stored: new(2, 7, null, []), log: LogOf((2, 5))).Start();
        Assert.That((raft.State.GetType(), raft.State.LeaderId), Is.EqualTo((typeof(UnattachedState), 7)));
        var fetch = raft.Of<SendRequest>().Single();
        raft.Answer(fetch, new FetchReply { LeaderId = 7, LeaderEpoch = 2, LeaderEndpoints = Endpoints(7), HighWatermark = 5 });
        Assert.That((raft.State.GetType(), raft.Machine.CommittedOffset), Is.EqualTo((typeof(FollowerState), 5)));
    }

    [Test]
    public void A_snapshot_is_downloaded_in_pieces_and_replaces_the_log()
    {
        var raft = Following(out var fetch);
        raft.Answer(fetch, new FetchReply { LeaderId = 3, LeaderEpoch = 1, SnapshotId = new(20, 1) });
        Assert.That(raft.Of<BeginSnapshotDownload>().Single().Id, Is.EqualTo(new OffsetAndEpoch(20, 1)));
        raft.Answer(raft.Sent<FetchSnapshotCall>(3)!, Piece(0, 6));
        Assert.That(((FetchSnapshotCall)raft.Sent<FetchSnapshotCall>(3)!.Request).Position, Is.EqualTo(6));
        raft.Answer(raft.Sent<FetchSnapshotCall>(3)!, Piece(6, 4));
        Assert.That(raft.Of<InstallSnapshot>(), Has.Count.EqualTo(1));
        Assert.That(raft.Of<SendRequest>(), Is.Empty);
        raft.Step(new SnapshotInstalled(new(new(20, 1), 10, default), [new KRaftVersionControl(1), new VotersControl(VoterSetOf(4))]));
        Assert.That(raft.Of<HighWatermarkAdvanced>().Single().Offset, Is.EqualTo(20));
        var next = (FetchCall)raft.Sent<FetchCall>(3)!.Request;
        Assert.That((next.FetchOffset, next.LastFetchedEpoch), Is.EqualTo((20, 1)));
        Assert.That(raft.Machine.Configuration.Voters, Is.EqualTo(VoterSetOf(4)));
    }

    [Test]
    public void A_snapshot_that_the_leader_has_deleted_is_given_up()
    {
        var raft = Following(out var fetch);
        raft.Answer(fetch, new FetchReply { LeaderId = 3, LeaderEpoch = 1, SnapshotId = new(20, 1) });
        raft.Answer(raft.Sent<FetchSnapshotCall>(3)!, new FetchSnapshotReply { LeaderId = 3, LeaderEpoch = 1, Error = ErrorCode.SnapshotNotFound });
        Assert.That(raft.Of<AbandonSnapshotDownload>(), Has.Count.EqualTo(1));
        Assert.That(raft.Sent<FetchCall>(3), Is.Not.Null);
    }

    [Test]
    public void A_snapshot_that_is_not_readable_is_asked_for_again()
    {
        var raft = Following(out var fetch);
        raft.Answer(fetch, new FetchReply { LeaderId = 3, LeaderEpoch = 1, SnapshotId = new(20, 1) });
        raft.Answer(raft.Sent<FetchSnapshotCall>(3)!, Piece(0, 10));
        raft.Step(new SnapshotRejected(new(20, 1)));
        Assert.That(raft.Sent<FetchCall>(3), Is.Not.Null);
    }

    [Test]
    public void A_new_leader_ends_a_download()
    {
        var raft = Following(out var fetch);
        raft.Answer(fetch, new FetchReply { LeaderId = 3, LeaderEpoch = 1, SnapshotId = new(20, 1) });
        raft.Follow(2, 2);
        Assert.That(raft.Of<AbandonSnapshotDownload>(), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_voter_whose_endpoints_changed_tells_the_leader()
    {
        var raft = new RaftFixture(change: settings => settings with { LocalEndpoints = RaftEndpoints.Of(Listener, "moved", 1) }).Start().Follow(3, 1);
        var nothing = new FetchReply { LeaderId = 3, LeaderEpoch = 1, HighWatermark = 0 };
        var first = raft.Sent<FetchCall>(3)!;
        raft.Now = 1900;
        raft.Answer(first, nothing);
        var second = raft.Sent<FetchCall>(3)!;
        raft.Now = 2100;
        raft.Answer(second, nothing);
        var update = raft.Sent<UpdateVoterCall>(3)!;
        Assert.That(((UpdateVoterCall)update.Request).Voter.Endpoints.Find(Listener)!.Value.Host, Is.EqualTo("moved"));
        raft.Answer(update, new UpdateVoterReply { LeaderId = 3, LeaderEpoch = 1 });
        Assert.That(raft.Sent<FetchCall>(3), Is.Not.Null);
    }

    private static RaftFixture Following(out SendRequest fetch)
    {
        var raft = new RaftFixture().Start().Follow(3, 1);
        fetch = raft.Sent<FetchCall>(3)!;
        return raft;
    }

    private static FetchReply Records(RaftFixture raft, long baseOffset, int count, long highWatermark) => new()
    {
        LeaderId = 3,
        LeaderEpoch = raft.State.Epoch,
        HighWatermark = highWatermark,
        Records = RaftBatchWriter.WriteData(baseOffset, 1, 0, [.. Enumerable.Repeat(new ReadOnlyMemory<byte>([1]), count)]),
    };

    private static FetchReply Control(RaftFixture raft, long baseOffset, params RaftControlRecord[] records) => new()
    {
        LeaderId = 3,
        LeaderEpoch = raft.State.Epoch,
        Records = RaftBatchWriter.WriteControl(baseOffset, 1, 0, records),
    };

    private static FetchSnapshotReply Piece(long position, int length) => new()
    {
        LeaderId = 3, LeaderEpoch = 1, SnapshotId = new(20, 1), Size = 10, Position = position, Bytes = new byte[length],
    };
}
