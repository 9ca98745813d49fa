using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.States;
using Kafka.Modular.Raft.Voters;
using static Kafka.Modular.Raft.Tests.Machine.RaftFixture;

namespace Kafka.Modular.Raft.Tests.Machine;

public sealed class ElectionTests
{
    private static VoteCall VoteOf(int candidate, int epoch, int lastEpoch = 0, long lastOffset = 0, bool preVote = false, int voter = 1) =>
        new(Cluster, Key(voter), Key(candidate), epoch, lastEpoch, lastOffset, preVote);

    [Test]
    public void A_quorum_of_one_leads_at_once_and_commits_when_flushed()
    {
        var raft = new RaftFixture(voters: 1).Start();
        Assert.That(raft.State, Is.InstanceOf<LeaderState>());
        Assert.That(raft.State.Epoch, Is.EqualTo(1));
        Assert.That(raft.Of<AppendsOpened>().Single().NextOffset, Is.EqualTo(3));
        Assert.That(raft.Machine.CommittedOffset, Is.EqualTo(-1));
        raft.Flush();
        Assert.That(raft.Of<HighWatermarkAdvanced>().Single().Offset, Is.EqualTo(3));
    }

    [Test]
    public void A_quorum_of_one_that_restarts_leads_a_new_epoch()
    {
        var raft = new RaftFixture(voters: 1, stored: new(4, 1, null, []), log: LogOf((4, 10))).Start();
        Assert.That(raft.State, Is.InstanceOf<LeaderState>());
        Assert.That(raft.State.Epoch, Is.EqualTo(5));
    }

    [Test]
    public void The_first_leader_writes_the_bootstrap_voters_into_the_log()
    {
        var raft = new RaftFixture(voters: 1).Start();
        var records = raft.Of<AppendControlBatch>().Single().Records;
        Assert.That(records.Select(record => record.GetType().Name), Is.EqualTo(
            ["LeaderChangeControl", "KRaftVersionControl", "VotersControl"]));
        Assert.That(raft.Machine.Configuration.VotersOffset, Is.EqualTo(2));
    }

    [Test]
    public void A_later_leader_writes_its_leader_change_alone()
    {
        var log = LogOf((1, 3));
        var raft = new RaftFixture(voters: 1, stored: new(1, 1, null, []), log: log);
        raft.Machine.Configuration.Reset([new KRaftVersionControl(1), new VotersControl(VoterSetOf(1))], 2);
        raft.Start();
        Assert.That(raft.Of<AppendControlBatch>().Single().Records, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_leader_whose_endpoints_changed_writes_the_voters_anew()
    {
        var raft = new RaftFixture(
            voters: 1, stored: new(1, 1, null, []), log: LogOf((1, 3)), change: settings => settings with { LocalEndpoints = RaftEndpoints.Of(Listener, "new", 1) });
        raft.Machine.Configuration.Reset([new KRaftVersionControl(1), new VotersControl(VoterSetOf(1))], 2);
        raft.Start();
        var voters = raft.Of<AppendControlBatch>().Single().Records.OfType<VotersControl>().Single().Voters;
        Assert.That(voters.EndpointsOf(1).Find(Listener), Is.EqualTo(new RaftEndpoint("new", 1)));
    }

    [Test]
    public void A_voter_without_a_leader_asks_for_pre_votes_and_keeps_its_epoch()
    {
        var raft = new RaftFixture().Start().PassUntil<ProspectiveState>();
        Assert.That(raft.State.Epoch, Is.Zero);
        Assert.That(raft.Sent<VoteCall>(2)!.Request, Is.InstanceOf<VoteCall>().With.Property("PreVote").True);
        Assert.That(raft.Of<PersistElection>(), Is.Empty);
    }

    [Test]
    public void Granted_pre_votes_raise_the_epoch_and_granted_votes_elect()
    {
        var raft = new RaftFixture().Start().PassUntil<ProspectiveState>();
        raft.Answer(raft.Sent<VoteCall>(2)!, new VoteReply { VoteGranted = true, LeaderEpoch = 0 });
        Assert.That(raft.State, Is.InstanceOf<CandidateState>());
        Assert.That(raft.Of<PersistElection>().Single().Election, Is.EqualTo(raft.State.ToElection(raft.Of<PersistElection>().Single().Election.Voters)));
        Assert.That(raft.Of<PersistElection>().Single().Election.VotedKey, Is.EqualTo(Key(1)));
        raft.Answer(raft.Sent<VoteCall>(3)!, new VoteReply { VoteGranted = true, LeaderEpoch = 1 });
        Assert.That(raft.State, Is.InstanceOf<LeaderState>());
        Assert.That(raft.Sent<BeginEpochCall>(2), Is.Not.Null);
        Assert.That(raft.Sent<BeginEpochCall>(3), Is.Not.Null);
    }

    [Test]
    public void The_vote_for_itself_is_stored_before_anybody_is_asked()
    {
        var raft = new RaftFixture().Start().PassUntil<ProspectiveState>();
        raft.Answer(raft.Sent<VoteCall>(2)!, new VoteReply { VoteGranted = true, LeaderEpoch = 0 });
        var outputs = raft.Outputs;
        Assert.That(outputs.FindIndex(o => o is PersistElection), Is.LessThan(outputs.FindIndex(o => o is SendRequest)));
    }

    [Test]
    public void Refused_pre_votes_end_the_attempt_without_raising_the_epoch()
    {
        var raft = new RaftFixture().Start().PassUntil<ProspectiveState>();
        var (two, three) = (raft.Sent<VoteCall>(2)!, raft.Sent<VoteCall>(3)!);
        raft.Answer(two, new VoteReply { LeaderEpoch = 0 });
        raft.Answer(three, new VoteReply { LeaderEpoch = 0 });
        Assert.That(raft.State, Is.InstanceOf<UnattachedState>());
        Assert.That(raft.State.Epoch, Is.Zero);
    }

    [Test]
    public void A_candidate_that_gets_no_majority_goes_back_to_pre_votes_when_the_election_times_out()
    {
        var raft = new RaftFixture().Start().PassUntil<ProspectiveState>();
        raft.Answer(raft.Sent<VoteCall>(2)!, new VoteReply { VoteGranted = true, LeaderEpoch = 0 });
        raft.PassUntil<ProspectiveState>();
        Assert.That(raft.State.Epoch, Is.EqualTo(1));
        Assert.That(raft.State.VotedKey, Is.EqualTo(Key(1)));
    }

    [Test]
    public void A_voter_that_does_not_know_pre_vote_makes_the_prospective_voter_a_candidate()
    {
        var raft = new RaftFixture().Start().PassUntil<ProspectiveState>();
        raft.Answer(raft.Sent<VoteCall>(2)!, new VoteReply { TopLevelError = ErrorCode.UnsupportedVersion });
        Assert.That(raft.State, Is.InstanceOf<CandidateState>());
    }

    [Test]
    public void A_vote_is_given_once_in_an_epoch_and_stored_before_the_reply()
    {
        var raft = new RaftFixture().Start();
        Assert.That(raft.Ask<VoteReply>(VoteOf(2, 1)).VoteGranted, Is.True);
        Assert.That(raft.Outputs.FindLastIndex(o => o is PersistElection), Is.LessThan(raft.Outputs.FindIndex(o => o is SendReply)));
        Assert.That(raft.Ask<VoteReply>(VoteOf(3, 1)).VoteGranted, Is.False);
        Assert.That(raft.Ask<VoteReply>(VoteOf(2, 1)).VoteGranted, Is.True, "the same candidate asks again");
        Assert.That(raft.Ask<VoteReply>(VoteOf(3, 2)).VoteGranted, Is.True, "a later epoch");
    }

    [Test]
    public void A_vote_counts_for_the_directory_that_it_was_given_to()
    {
        var raft = new RaftFixture(stored: new(1, -1, Key(2), [])).Start();
        var other = VoteOf(2, 1) with { Candidate = new(2, new Uuid(1, 1)) };
        Assert.That(raft.Ask<VoteReply>(other).VoteGranted, Is.False);
    }

    [TestCase(1, 10, ExpectedResult = true)]
    [TestCase(1, 11, ExpectedResult = true)]
    [TestCase(1, 9, ExpectedResult = false)]
    [TestCase(2, 1, ExpectedResult = true)]
    [TestCase(0, 99, ExpectedResult = false)]
    public bool A_vote_goes_to_logs_that_are_up_to_date_only(int lastEpoch, long lastOffset)
    {
        var raft = new RaftFixture(stored: new(1, -1, null, []), log: LogOf((1, 10))).Start();
        return raft.Ask<VoteReply>(VoteOf(2, 3, lastEpoch, lastOffset)).VoteGranted;
    }

    [Test]
    public void A_pre_vote_binds_nobody()
    {
        var raft = new RaftFixture().Start();
        Assert.That(raft.Ask<VoteReply>(VoteOf(2, 0, preVote: true)).VoteGranted, Is.True);
        Assert.That(raft.Ask<VoteReply>(VoteOf(3, 0, preVote: true)).VoteGranted, Is.True);
        Assert.That(raft.State.VotedKey, Is.Null);
    }

    [Test]
    public void A_follower_that_hears_its_leader_refuses_pre_votes()
    {
        var raft = new RaftFixture().Start().Follow(3, 1);
        Assert.That(raft.Ask<VoteReply>(VoteOf(2, 1, preVote: true)).VoteGranted, Is.True, "it has not fetched yet");
        raft = new RaftFixture().Start().Follow(3, 1);
        raft.Pass(1);
        raft = FollowAndFetch();
        Assert.That(raft.Ask<VoteReply>(VoteOf(2, 1, preVote: true)).VoteGranted, Is.False);

        static RaftFixture FollowAndFetch()
        {
            var raft = new RaftFixture().Start();
            raft.Ask<BeginEpochReply>(new BeginEpochCall(Cluster, Key(1), 3, 1, Endpoints(3)));
            return raft.Answer(raft.Sent<FetchCall>(3)!, new FetchReply { LeaderId = 3, LeaderEpoch = 1, HighWatermark = 0 });
        }
    }

    [Test]
    public void A_follower_refuses_votes_in_its_leaders_epoch()
    {
        var raft = new RaftFixture().Start().Follow(3, 1);
        Assert.That(raft.Ask<VoteReply>(VoteOf(2, 1)).VoteGranted, Is.False);
    }

    [Test]
    public void A_leader_refuses_votes_in_its_epoch_and_steps_down_for_a_later_one()
    {
        var raft = new RaftFixture().Start().BecomeLeader();
        var (epoch, end) = (raft.State.Epoch, raft.Machine.Log.EndOffset);
        Assert.That(raft.Ask<VoteReply>(VoteOf(2, epoch, 0, 99)).VoteGranted, Is.False);
        Assert.That(raft.Ask<VoteReply>(VoteOf(2, epoch + 1, epoch, end)).VoteGranted, Is.True);
        Assert.That(raft.State, Is.InstanceOf<UnattachedState>());
    }

    [Test]
    public void Losing_leadership_closes_appends_and_answers_parked_fetches()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        var parked = raft.FetchAs(2, raft.Machine.Log.EndOffset, maxWaitMs: 500);
        Assert.That(raft.ReplyTo(parked), Is.Null);
        raft.Ask<VoteReply>(VoteOf(2, raft.State.Epoch + 1, 1, 99));
        Assert.That(raft.Of<AppendsClosed>(), Has.Count.EqualTo(1));
        Assert.That(raft.ReplyTo(parked)!.Error, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
    }

    [Test]
    public void An_epoch_that_is_over_is_fenced()
    {
        var raft = new RaftFixture(stored: new(5, -1, null, [])).Start();
        Assert.That(raft.Ask<VoteReply>(VoteOf(2, 4)).Error, Is.EqualTo(ErrorCode.FencedLeaderEpoch));
        var begin = raft.Ask<BeginEpochReply>(new BeginEpochCall(Cluster, Key(1), 2, 4, Endpoints(2)));
        Assert.That((begin.Error, begin.LeaderEpoch), Is.EqualTo((ErrorCode.FencedLeaderEpoch, 5)));
        Assert.That(raft.Ask<EndEpochReply>(new EndEpochCall(Cluster, 2, 4, [], Endpoints(2))).Error, Is.EqualTo(ErrorCode.FencedLeaderEpoch));
    }

    [TestCase(0, -1L, 1)]
    [TestCase(-1, 0L, 1)]
    [TestCase(1, 0L, 1)]
    public void A_vote_request_with_an_impossible_log_is_invalid(int lastEpoch, long lastOffset, int epoch)
    {
        var raft = new RaftFixture().Start();
        Assert.That(raft.Ask<VoteReply>(VoteOf(2, epoch, lastEpoch, lastOffset)).Error, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [Test]
    public void A_request_without_a_sender_is_invalid()
    {
        var raft = new RaftFixture().Start();
        Assert.That(raft.Ask<VoteReply>(VoteOf(-1, 1)).Error, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(raft.Ask<BeginEpochReply>(new BeginEpochCall(Cluster, null, -1, 1, Endpoints(2))).Error, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(raft.Ask<EndEpochReply>(new EndEpochCall(Cluster, -1, 1, [], Endpoints(2))).Error, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [Test]
    public void A_request_meant_for_another_voter_key_is_refused()
    {
        var raft = new RaftFixture().Start();
        Assert.That(raft.Ask<VoteReply>(VoteOf(2, 1, voter: 3)).Error, Is.EqualTo(ErrorCode.InvalidVoterKey));
        var otherDirectory = VoteOf(2, 1) with { Voter = new(1, new Uuid(1, 1)) };
        Assert.That(raft.Ask<VoteReply>(otherDirectory).Error, Is.EqualTo(ErrorCode.InvalidVoterKey));
        Assert.That(raft.Ask<VoteReply>(VoteOf(2, 1) with { Voter = new(1, Uuid.Zero) }).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(raft.Ask<VoteReply>(VoteOf(2, 1) with { Voter = null }).Error, Is.EqualTo(ErrorCode.None));
        var begin = new BeginEpochCall(Cluster, Key(3), 2, 2, Endpoints(2));
        Assert.That(raft.Ask<BeginEpochReply>(begin).Error, Is.EqualTo(ErrorCode.InvalidVoterKey));
    }

    [Test]
    public void Another_cluster_is_refused_by_every_request()
    {
        var raft = new RaftFixture().Start();
        RaftRequest[] requests =
        [
            VoteOf(2, 1) with { ClusterId = "other" },
            new BeginEpochCall("other", null, 2, 1, Endpoints(2)),
            new EndEpochCall("other", 2, 1, [], Endpoints(2)),
            new FetchCall("other", Key(2), 0, 0, 0, 0, 0, 0),
            new FetchSnapshotCall("other", Key(2), 0, new(1, 1), 0, 0),
            new UpdateVoterCall("other", 0, Voter(2)),
            new AddVoterCall("other", Key(2), Endpoints(2), 0, true),
            new RemoveVoterCall("other", Key(2)),
        ];
        foreach (var request in requests)
            Assert.That(raft.Ask<RaftReply>(request).TopLevelError, Is.EqualTo(ErrorCode.InconsistentClusterId), request.ToString());
    }

    [Test]
    public void A_leader_that_restarts_resigns_tells_the_voters_and_raises_the_epoch_if_nobody_takes_over()
    {
        var raft = new RaftFixture(stored: new(3, 1, null, []), log: LogOf((3, 10))).Start();
        Assert.That(raft.State, Is.InstanceOf<ResignedState>());
        var end = raft.Sent<EndEpochCall>(2)!;
        Assert.That(((EndEpochCall)end.Request).Epoch, Is.EqualTo(3));
        raft.Answer(end, new EndEpochReply { LeaderId = 1, LeaderEpoch = 3 });
        Assert.That(((ResignedState)raft.State).Unacknowledged, Is.EqualTo([3]));
        raft.PassUntil<ProspectiveState>();
        Assert.That((raft.State.Epoch, raft.State.LeaderId), Is.EqualTo((4, -1)));
    }

    [Test]
    public void A_log_that_is_ahead_of_quorum_state_sets_the_epoch()
    {
        var raft = new RaftFixture(stored: new(2, 1, null, []), log: LogOf((3, 10))).Start();
        Assert.That((raft.State.GetType(), raft.State.Epoch), Is.EqualTo((typeof(UnattachedState), 3)));
    }

    [Test]
    public void A_follower_that_restarts_follows_the_leader_it_knew()
    {
        var raft = new RaftFixture(stored: new(3, 2, null, []), log: LogOf((3, 10))).Start();
        Assert.That((raft.State.GetType(), raft.State.LeaderId), Is.EqualTo((typeof(FollowerState), 2)));
        Assert.That(raft.Sent<FetchCall>(2), Is.Not.Null);
    }

    [Test]
    public void A_candidate_that_restarts_asks_for_the_same_epoch()
    {
        var raft = new RaftFixture(stored: new(3, -1, Key(1), []), log: LogOf((2, 10))).Start();
        Assert.That((raft.State.GetType(), raft.State.Epoch), Is.EqualTo((typeof(CandidateState), 3)));
    }

    [Test]
    public void A_resigned_leader_makes_its_first_successor_stand_at_once_and_the_next_wait()
    {
        var raft = new RaftFixture().Start().Follow(3, 1);
        raft.Ask<EndEpochReply>(new EndEpochCall(Cluster, 3, 1, [Key(1), Key(2)], Endpoints(3)));
        Assert.That(raft.State, Is.InstanceOf<ProspectiveState>());
        raft = new RaftFixture().Start().Follow(3, 1);
        raft.Ask<EndEpochReply>(new EndEpochCall(Cluster, 3, 1, [Key(2), Key(1)], Endpoints(3)));
        Assert.That(raft.State, Is.InstanceOf<FollowerState>());
        Assert.That(((FollowerState)raft.State).FetchDeadline - raft.Now, Is.EqualTo(500));
    }

    [Test]
    public void Two_leaders_in_one_epoch_are_a_violation_and_change_nothing()
    {
        var raft = new RaftFixture().Start().Follow(3, 1);
        raft.Ask<BeginEpochReply>(new BeginEpochCall(Cluster, Key(1), 2, 1, Endpoints(2)));
        Assert.That(raft.Of<ProtocolViolated>(), Has.Count.EqualTo(1));
        Assert.That(raft.State.LeaderId, Is.EqualTo(3));
    }

    [Test]
    public void An_observer_never_stands()
    {
        var raft = new RaftFixture(localId: 9).Start();
        for (var i = 0; i < 50; i++)
        {
            raft.PassToDeadline();
            Assert.That(raft.State, Is.InstanceOf<UnattachedState>());
        }
    }

    [Test]
    public void An_unattached_node_asks_bootstrap_servers_and_backs_off_from_those_that_know_nothing()
    {
        var raft = new RaftFixture(localId: 9).Start();
        var fetch = raft.Of<SendRequest>().Single();
        Assert.That(fetch.Destination.Id, Is.LessThan(-1));
        raft.Answer(fetch, new FetchReply { Error = ErrorCode.NotLeaderOrFollower, LeaderEpoch = 0 });
        Assert.That(raft.Of<SendRequest>().Select(send => send.Destination), Has.No.Member(fetch.Destination));
        raft.Answer(raft.Of<SendRequest>().Single(), new FetchReply
        {
            Error = ErrorCode.NotLeaderOrFollower, LeaderId = 2, LeaderEpoch = 5, LeaderEndpoints = Endpoints(2),
        });
        Assert.That((raft.State.LeaderId, raft.State.Epoch), Is.EqualTo((2, 5)));
        Assert.That(raft.Sent<FetchCall>(2), Is.Not.Null);
    }
}
