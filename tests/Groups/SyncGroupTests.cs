using Kafka.Modular.Protocol;
using static Kafka.Modular.Groups.Tests.GroupHarness;

namespace Kafka.Modular.Groups.Tests;

internal sealed class SyncGroupTests
{
    private static Dictionary<string, byte[]> Assign(params (string Member, byte[] Assignment)[] assignments)
        => assignments.ToDictionary(static each => each.Member, static each => each.Assignment, StringComparer.Ordinal);

    [Test]
    public void Followers_wait_for_the_leaders_assignment()
    {
        var harness = new GroupHarness();
        var (leader, _) = harness.Stable();
        var second = harness.JoinNew();
        var generation = Answer(harness.Join(leader)).GenerationId;
        var follower = Answer(second).MemberId;
        var waiting = harness.Sync(follower, generation);
        Assert.That(waiting.IsCompleted, Is.False);
        var own = Answer(harness.Sync(leader, generation, Assign((leader, [1]), (follower, [2]))));
        Assert.That(own.Assignment, Is.EqualTo(new byte[] { 1 }));
        Assert.That(Answer(waiting).Assignment, Is.EqualTo(new byte[] { 2 }));
        Assert.That(Answer(waiting).ProtocolName, Is.EqualTo("range"));
    }

    [Test]
    public void A_member_without_a_rebalance_timeout_has_its_session_timeout_to_send_SyncGroup([Values(-1, 0)] int rebalanceTimeoutMs)
    {
        var harness = new GroupHarness();
        var joined = Answer(harness.JoinNew(rebalanceTimeoutMs: rebalanceTimeoutMs));
        harness.Advance(9_000);
        var assigned = Answer(harness.Sync(joined.MemberId, 1, Assign((joined.MemberId, [9]))));
        Assert.That((assigned.ErrorCode, assigned.Assignment), Is.EqualTo((ErrorCode.None, new byte[] { 9 })));
    }

    [Test]
    public void The_assignment_is_given_once_it_is_committed()
    {
        var harness = new GroupHarness();
        var joined = Answer(harness.JoinNew());
        harness.Log.HoldCommits = true;
        var waiting = harness.Sync(joined.MemberId, 1, Assign((joined.MemberId, [9])));
        Assert.That(waiting.IsCompleted, Is.False);
        harness.Log.CommitAll();
        harness.Run();
        Assert.That(Answer(waiting).Assignment, Is.EqualTo(new byte[] { 9 }));
    }

    [Test]
    public void An_assignment_that_cannot_be_stored_is_an_error_and_starts_a_rebalance()
    {
        var harness = new GroupHarness();
        var joined = Answer(harness.JoinNew());
        harness.Log.AppendError = ErrorCode.KafkaStorageError;
        Assert.That(Answer(harness.Sync(joined.MemberId, 1, Assign((joined.MemberId, [9])))).ErrorCode, Is.EqualTo(ErrorCode.NotCoordinator));
        Assert.That(harness.Heartbeat(joined.MemberId, 1), Is.EqualTo(ErrorCode.RebalanceInProgress));
    }

    [Test]
    public void A_member_that_never_syncs_is_dropped_after_the_rebalance_timeout()
    {
        var harness = new GroupHarness();
        var joined = Answer(harness.JoinNew(rebalanceTimeoutMs: 5_000, sessionTimeoutMs: 60_000));
        harness.Advance(5_100);
        Assert.That(harness.Heartbeat(joined.MemberId, 1), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(harness.Describe().GroupState, Is.EqualTo("Empty"));
    }

    [Test]
    public void A_stable_group_gives_the_assignment_again()
    {
        var harness = new GroupHarness();
        var (member, generation) = harness.Stable();
        Assert.That(Answer(harness.Sync(member, generation)).Assignment, Is.EqualTo(new byte[] { 7 }));
    }

    [Test]
    public void Syncs_that_do_not_fit_are_refused()
    {
        var harness = new GroupHarness();
        Assert.That(Answer(harness.Sync("anybody", 1)).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId), "no group");
        var (member, generation) = harness.Stable();
        Assert.Multiple(() =>
        {
            Assert.That(Answer(harness.Sync("anybody", generation)).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId), "no member");
            Assert.That(Answer(harness.Sync(member, generation + 1)).ErrorCode, Is.EqualTo(ErrorCode.IllegalGeneration));
            Assert.That(Answer(harness.Sync(member, generation, instanceId: "x")).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
            Assert.That(Answer(harness.Sync(member, generation, protocolName: "sticky")).ErrorCode, Is.EqualTo(ErrorCode.InconsistentGroupProtocol));
        });
        _ = harness.JoinNew();
        Assert.That(Answer(harness.Sync(member, generation)).ErrorCode, Is.EqualTo(ErrorCode.RebalanceInProgress));
    }
}
