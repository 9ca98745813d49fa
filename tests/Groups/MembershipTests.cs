using Kafka.Modular.Protocol;
using static Kafka.Modular.Groups.Tests.GroupHarness;

namespace Kafka.Modular.Groups.Tests;

internal sealed class MembershipTests
{
    [Test]
    public void A_member_that_sends_heartbeats_stays()
    {
        var harness = new GroupHarness();
        var (member, generation) = harness.Stable();
        for (var beat = 0; beat < 20; beat++)
        {
            harness.Advance(3_000);
            Assert.That(harness.Heartbeat(member, generation), Is.EqualTo(ErrorCode.None));
        }
    }

    [Test]
    public void A_member_that_sends_none_for_its_session_timeout_is_gone()
    {
        var harness = new GroupHarness();
        var (member, generation) = harness.Stable();
        harness.Advance(9_900);
        Assert.That(harness.Describe().Members, Has.Count.EqualTo(1));
        harness.Advance(200);
        Assert.That(harness.Heartbeat(member, generation), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(harness.Describe().GroupState, Is.EqualTo("Empty"));
    }

    [Test]
    public void Heartbeats_that_do_not_fit_are_refused()
    {
        var harness = new GroupHarness();
        Assert.That(harness.Heartbeat("anybody", 1), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(harness.Heartbeat("anybody", 1, group: ""), Is.EqualTo(ErrorCode.InvalidGroupId));
        var (member, generation) = harness.Stable("instance-1");
        Assert.That(harness.Heartbeat("anybody", generation), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(harness.Heartbeat(member, generation + 1, "instance-1"), Is.EqualTo(ErrorCode.IllegalGeneration));
        Assert.That(harness.Heartbeat("anybody", generation, "instance-1"), Is.EqualTo(ErrorCode.FencedInstanceId));
    }

    [Test]
    public void Leaving_starts_a_rebalance_for_those_who_stay()
    {
        var harness = new GroupHarness();
        var (leader, _) = harness.Stable();
        var second = harness.JoinNew();
        var generation = Answer(harness.Join(leader)).GenerationId;
        var follower = Answer(second).MemberId;
        Assert.That(harness.Leave(follower).Members[0].ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(harness.Heartbeat(leader, generation), Is.EqualTo(ErrorCode.RebalanceInProgress));
        Assert.That(Answer(harness.Join(leader)).Members, Has.Count.EqualTo(1));
    }

    [Test]
    public void The_last_member_that_leaves_makes_the_group_empty()
    {
        var harness = new GroupHarness();
        var (member, _) = harness.Stable();
        harness.Leave(member);
        Assert.That(harness.Describe().GroupState, Is.EqualTo("Empty"));
        Assert.That(harness.Restart().Describe().GroupState, Is.EqualTo("Empty"));
    }

    [Test]
    public void A_static_member_is_removed_by_its_instance()
    {
        var harness = new GroupHarness();
        harness.Stable("instance-1");
        Assert.That(harness.Leave("", "instance-1").Members[0].ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(harness.Describe().Members, Is.Empty);
    }

    [Test]
    public void Leaves_that_do_not_fit_are_refused_member_by_member()
    {
        var harness = new GroupHarness();
        Assert.That(harness.Leave("anybody").Members[0].ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(harness.Leave("anybody", group: "").ErrorCode, Is.EqualTo(ErrorCode.InvalidGroupId));
        harness.Stable("instance-1");
        Assert.That(harness.Leave("").Members[0].ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(harness.Leave("", "instance-2").Members[0].ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(harness.Leave("anybody", "instance-1").Members[0].ErrorCode, Is.EqualTo(ErrorCode.FencedInstanceId));
    }

    [Test]
    public void A_pending_member_may_leave()
    {
        var harness = new GroupHarness();
        var pending = Answer(harness.Join()).MemberId;
        Assert.That(harness.Leave(pending).Members[0].ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(Answer(harness.Join(pending)).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void A_generation_survives_a_restart_with_its_members_and_assignments()
    {
        var harness = new GroupHarness();
        var (member, generation) = harness.Stable();
        var after = harness.Restart();
        Assert.That(after.Heartbeat(member, generation), Is.EqualTo(ErrorCode.None));
        var described = after.Describe();
        Assert.That(described.GroupState, Is.EqualTo("Stable"));
        Assert.That(described.Members[0].MemberAssignment, Is.EqualTo(new byte[] { 7 }));
        Assert.That(described.Members[0].ClientHost, Is.EqualTo("/127.0.0.1"));
        after.Advance(10_100);
        Assert.That(after.Heartbeat(member, generation), Is.EqualTo(ErrorCode.UnknownMemberId), "its session is timed after the restart too");
    }

    [Test]
    public async Task Groups_are_described_and_listed_by_state_and_type()
    {
        var harness = new GroupHarness();
        Assert.That(harness.Describe("missing").ErrorCode, Is.EqualTo(ErrorCode.GroupIdNotFound));
        Assert.That(harness.Describe("missing", version: 5).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(harness.Describe("missing", version: 5).GroupState, Is.EqualTo("Dead"));
        Assert.That(harness.Describe("").ErrorCode, Is.EqualTo(ErrorCode.InvalidGroupId));
        harness.Stable();
        harness.Commit(1, group: "commits-only");
        Assert.That((await harness.List()).Groups.Select(group => group.GroupId), Is.EquivalentTo(new[] { Group, "commits-only" }));
        Assert.That((await harness.List(["stable"])).Groups.Single().GroupType, Is.EqualTo("classic"));
        Assert.That((await harness.List(["Empty"])).Groups.Single().GroupId, Is.EqualTo("commits-only"));
        Assert.That((await harness.List(types: ["consumer"])).Groups, Is.Empty);
        Assert.That((await harness.List(types: ["Classic"])).Groups, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Only_a_group_without_members_can_be_deleted()
    {
        var harness = new GroupHarness();
        Assert.That(await harness.Delete(), Is.EqualTo(ErrorCode.GroupIdNotFound));
        Assert.That(await harness.Delete(""), Is.EqualTo(ErrorCode.InvalidGroupId));
        var (member, generation) = harness.Stable();
        Assert.That(harness.Commit(5, member, generation), Is.EqualTo(ErrorCode.None));
        Assert.That(await harness.Delete(), Is.EqualTo(ErrorCode.NonEmptyGroup));
        harness.Leave(member);
        Assert.That(await harness.Delete(), Is.EqualTo(ErrorCode.None));
        Assert.That(harness.Committed(), Is.EqualTo(-1));
        Assert.That((await harness.Restart().List()).Groups, Is.Empty);
    }
}
