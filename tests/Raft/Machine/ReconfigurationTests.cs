using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.States;
using Kafka.Modular.Raft.Voters;
using static Kafka.Modular.Raft.Tests.Machine.RaftFixture;

namespace Kafka.Modular.Raft.Tests.Machine;

public sealed class ReconfigurationTests
{
    [Test]
    public void A_voter_updates_its_endpoints_in_the_log()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        var voter = Voter(2) with { Endpoints = RaftEndpoints.Of(Listener, "moved", 2) };
        Assert.That(Update(raft, voter), Is.EqualTo(ErrorCode.None));
        var proposed = (VotersControl)raft.Of<ProposeControlRecords>().Single().Records.Single();
        Assert.That(proposed.Voters.Find(2), Is.EqualTo(voter));
    }

    [Test]
    public void An_update_that_is_malformed_is_invalid()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        Assert.That(Update(raft, Voter(2) with { Key = new(2, Uuid.Zero) }), Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(Update(raft, Voter(2) with { Endpoints = RaftEndpoints.Of("OTHER", "h", 1) }), Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(Update(raft, Voter(2) with { MaxKRaftVersion = 0 }), Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(Update(raft, Voter(2) with { MinKRaftVersion = 1, MaxKRaftVersion = 0 }), Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(Update(raft, Voter(7)), Is.EqualTo(ErrorCode.VoterNotFound));
        Assert.That(Update(raft, Voter(2) with { Key = new(2, new Uuid(1, 1)) }), Is.EqualTo(ErrorCode.VoterNotFound));
    }

    [Test]
    public void An_update_in_another_epoch_is_fenced_or_unknown()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        Assert.That(raft.Ask<UpdateVoterReply>(new UpdateVoterCall(Cluster, raft.State.Epoch - 1, Voter(2))).Error, Is.EqualTo(ErrorCode.FencedLeaderEpoch));
        Assert.That(raft.Ask<UpdateVoterReply>(new UpdateVoterCall(Cluster, raft.State.Epoch + 1, Voter(2))).Error, Is.EqualTo(ErrorCode.UnknownLeaderEpoch));
    }

    [Test]
    public void A_leader_that_has_not_committed_its_epoch_changes_no_voters()
    {
        var raft = new RaftFixture().Start().BecomeLeader();
        Assert.That(Update(raft, Voter(2)), Is.EqualTo(ErrorCode.RequestTimedOut));
        Assert.That(raft.Ask<VoterChangeReply>(Add(4)).Error, Is.EqualTo(ErrorCode.RequestTimedOut));
        Assert.That(raft.Ask<VoterChangeReply>(new RemoveVoterCall(Cluster, Key(2))).Error, Is.EqualTo(ErrorCode.RequestTimedOut));
    }

    [Test]
    public void A_voter_that_has_caught_up_is_added_and_answered_when_committed()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        var end = raft.Machine.Log.EndOffset;
        raft.FetchAs(4, end);
        var add = raft.Send(Add(4));
        raft.Answer(raft.Sent<SupportedVersionsCall>(4)!, new SupportedVersionsReply(0, 1));
        Commit(raft, raft.Of<ProposeControlRecords>().Single());
        Assert.That(raft.ReplyTo(add), Is.Null, "not committed");
        raft.Flush();
        raft.FetchAs(2, raft.Machine.Log.EndOffset);
        Assert.That(raft.ReplyTo(add), Is.Null, "two of four are no majority");
        raft.FetchAs(4, raft.Machine.Log.EndOffset);
        Assert.That(raft.ReplyTo(add)!.Error, Is.EqualTo(ErrorCode.None));
        Assert.That(raft.Machine.Configuration.Voters.Ids, Is.EqualTo([1, 2, 3, 4]));
    }

    [Test]
    public void An_addition_that_needs_no_commit_is_answered_when_proposed()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        raft.FetchAs(4, raft.Machine.Log.EndOffset);
        var add = raft.Send(Add(4) with { AckWhenCommitted = false });
        raft.Answer(raft.Sent<SupportedVersionsCall>(4)!, new SupportedVersionsReply(0, 1));
        Assert.That(raft.ReplyTo(add)!.Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_voter_that_lags_or_is_too_old_or_cannot_be_reached_is_not_added()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        var add = raft.Send(Add(4));
        raft.Answer(raft.Sent<SupportedVersionsCall>(4)!, new SupportedVersionsReply(0, 1));
        Assert.That(raft.ReplyTo(add)!.Error, Is.EqualTo(ErrorCode.RequestTimedOut));

        raft.FetchAs(4, raft.Machine.Log.EndOffset);
        add = raft.Send(Add(4));
        raft.Answer(raft.Sent<SupportedVersionsCall>(4)!, new SupportedVersionsReply(0, 0));
        Assert.That(raft.ReplyTo(add)!.Error, Is.EqualTo(ErrorCode.InvalidRequest));

        add = raft.Send(Add(4));
        raft.Step(new RequestFailed(raft.Sent<SupportedVersionsCall>(4)!.CorrelationId, Node(4)));
        Assert.That(raft.ReplyTo(add)!.Error, Is.EqualTo(ErrorCode.RequestTimedOut));
    }

    [Test]
    public void A_voter_that_is_one_already_is_a_duplicate()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        Assert.That(raft.Ask<VoterChangeReply>(Add(2)).Error, Is.EqualTo(ErrorCode.DuplicateVoter));
        Assert.That(raft.Ask<VoterChangeReply>(Add(2) with { Voter = new(2, new Uuid(1, 1)) }).Error, Is.EqualTo(ErrorCode.DuplicateVoter));
    }

    [Test]
    public void Voters_change_one_at_a_time()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        raft.Send(new RemoveVoterCall(Cluster, Key(3)));
        Assert.That(raft.Ask<VoterChangeReply>(new RemoveVoterCall(Cluster, Key(2))).Error, Is.EqualTo(ErrorCode.RequestTimedOut));
        Assert.That(raft.Ask<VoterChangeReply>(Add(4)).Error, Is.EqualTo(ErrorCode.RequestTimedOut));
        Assert.That(Update(raft, Voter(2)), Is.EqualTo(ErrorCode.RequestTimedOut));
    }

    [Test]
    public void A_change_that_is_not_committed_in_time_is_answered_and_still_blocks_the_next()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        var remove = raft.Send(new RemoveVoterCall(Cluster, Key(3)));
        Commit(raft, raft.Of<ProposeControlRecords>().Single());
        raft.Flush();
        raft.Pass(2000);
        Assert.That(raft.ReplyTo(remove)!.Error, Is.EqualTo(ErrorCode.RequestTimedOut));
        Assert.That(raft.Ask<VoterChangeReply>(new RemoveVoterCall(Cluster, Key(2))).Error, Is.EqualTo(ErrorCode.RequestTimedOut));
    }

    [Test]
    public void A_voter_is_removed_by_its_key()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        Assert.That(raft.Ask<VoterChangeReply>(new RemoveVoterCall(Cluster, new(3, new Uuid(1, 1)))).Error, Is.EqualTo(ErrorCode.VoterNotFound));
        Assert.That(raft.Ask<VoterChangeReply>(new RemoveVoterCall(Cluster, new(3, Uuid.Zero))).Error, Is.EqualTo(ErrorCode.InvalidRequest));
        var remove = raft.Send(new RemoveVoterCall(Cluster, Key(3)));
        Commit(raft, raft.Of<ProposeControlRecords>().Single());
        raft.Flush();
        raft.FetchAs(2, raft.Machine.Log.EndOffset);
        Assert.That(raft.ReplyTo(remove)!.Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void The_last_voter_stays()
    {
        var raft = new RaftFixture(voters: 1).Start().Flush();
        Assert.That(raft.Ask<VoterChangeReply>(new RemoveVoterCall(Cluster, Key(1))).Error, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [Test]
    public void A_leader_that_is_removed_leads_until_the_others_have_committed_it()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        var remove = raft.Send(new RemoveVoterCall(Cluster, Key(1)));
        Commit(raft, raft.Of<ProposeControlRecords>().Single());
        raft.Flush();
        raft.FetchAs(2, raft.Machine.Log.EndOffset);
        Assert.That(raft.ReplyTo(remove), Is.Null, "its own copy does not count");
        raft.FetchAs(3, raft.Machine.Log.EndOffset);
        Assert.That(raft.ReplyTo(remove)!.Error, Is.EqualTo(ErrorCode.None));
        Assert.That(raft.State, Is.InstanceOf<ResignedState>());
    }

    [Test]
    public void Static_voters_cannot_be_changed_before_an_upgrade()
    {
        var raft = Static();
        Assert.That(raft.Ask<VoterChangeReply>(Add(4)).Error, Is.EqualTo(ErrorCode.UnsupportedVersion));
        Assert.That(raft.Ask<VoterChangeReply>(new RemoveVoterCall(Cluster, Key(2))).Error, Is.EqualTo(ErrorCode.UnsupportedVersion));
    }

    [Test]
    public void An_upgrade_waits_for_all_voters_to_report_and_writes_them_down()
    {
        var raft = Static();
        raft.Step(new UpgradeRequested(1, raft.State.Epoch, 1, ValidateOnly: false));
        Assert.That(raft.Of<UpgradeAnswered>().Single().Error, Is.EqualTo(ErrorCode.InvalidUpdateVersion));
        Assert.That(Update(raft, Voter(2)), Is.EqualTo(ErrorCode.None));
        Assert.That(Update(raft, Voter(3)), Is.EqualTo(ErrorCode.None));
        raft.Step(new UpgradeRequested(2, raft.State.Epoch, 1, ValidateOnly: true));
        Assert.That((raft.Of<UpgradeAnswered>().Single().Error, raft.Of<ProposeControlRecords>().Count), Is.EqualTo((ErrorCode.None, 0)));
        raft.Step(new UpgradeRequested(3, raft.State.Epoch, 1, ValidateOnly: false));
        Commit(raft, raft.Of<ProposeControlRecords>().Single());
        Assert.That(raft.Machine.Configuration.KRaftVersion, Is.EqualTo(1));
        Assert.That(raft.Machine.Configuration.Voters, Is.EqualTo(VoterSetOf(3)));
    }

    [Test]
    public void A_downgrade_is_refused()
    {
        var raft = new RaftFixture().Start().BecomeCommittedLeader();
        raft.Step(new UpgradeRequested(1, raft.State.Epoch, 0, ValidateOnly: false));
        Assert.That(raft.Of<UpgradeAnswered>().Single().Error, Is.EqualTo(ErrorCode.InvalidUpdateVersion));
    }

    [Test]
    public void An_observer_that_joins_by_itself_asks_to_be_added()
    {
        var raft = new RaftFixture(localId: 4, change: settings => settings with { AutoJoin = true }).Start().Follow(3, 1);
        for (var i = 0; i < 4 && raft.Sent<AddVoterCall>(3) is null; i++)
        {
            if (raft.Sent<FetchCall>(3) is { } fetch)
                raft.Answer(fetch, new FetchReply { LeaderId = 3, LeaderEpoch = 1, HighWatermark = 0 });
            raft.Pass(1000);
            if (raft.Sent<AddVoterCall>(3) is null && raft.Sent<FetchCall>(3) is { } next)
                raft.Answer(next, new FetchReply { LeaderId = 3, LeaderEpoch = 1, HighWatermark = 0 });
        }

        Assert.That(((AddVoterCall)raft.Sent<AddVoterCall>(3)!.Request).Voter, Is.EqualTo(Key(4)));
    }

    private static AddVoterCall Add(int id) => new(Cluster, Key(id), Endpoints(id), 1000, AckWhenCommitted: true);

    private static ErrorCode Update(RaftFixture raft, VoterNode voter) =>
        raft.Ask<UpdateVoterReply>(new UpdateVoterCall(Cluster, raft.State.Epoch, voter)).Error;

    private static void Commit(RaftFixture raft, ProposeControlRecords propose)
    {
        var start = raft.Machine.Log.EndOffset;
        var bytes = RaftBatchWriter.WriteControl(start, propose.Epoch, 0, propose.Records);
        raft.Step(new AppendRequested(new(start, start + propose.Records.Count - 1, propose.Epoch, bytes, propose.Records)));
    }

    private static RaftFixture Static()
    {
        var voters = new VoterSet(VoterSetOf(3).Nodes.Select(voter => voter with { Key = new(voter.Key.Id, Uuid.Zero), MaxKRaftVersion = 0 }));
        return new RaftFixture(staticVoters: voters, change: settings => settings with { BootstrapServers = [] }).Start().BecomeCommittedLeader();
    }
}
