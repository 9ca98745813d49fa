using Kafka.Modular.Protocol;
using static Kafka.Modular.Groups.Tests.GroupHarness;

namespace Kafka.Modular.Groups.Tests;

internal sealed class JoinGroupTests
{
    [Test]
    public void A_new_member_is_given_an_id_first_and_joins_with_it()
    {
        var harness = new GroupHarness();
        var first = Answer(harness.Join());
        Assert.That(first.ErrorCode, Is.EqualTo(ErrorCode.MemberIdRequired));
        Assert.That(first.MemberId, Does.StartWith("client-"));
        var joined = Answer(harness.Join(first.MemberId));
        Assert.That(joined.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(joined.GenerationId, Is.EqualTo(1));
        Assert.That(joined.Leader, Is.EqualTo(first.MemberId));
        Assert.That(joined.Members, Has.Count.EqualTo(1));
        Assert.That(joined.Members[0].Metadata, Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public void Before_version_4_a_new_member_joins_at_once()
    {
        var joined = Answer(new GroupHarness().Join(version: 3));
        Assert.That(joined.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(joined.GenerationId, Is.EqualTo(1));
    }

    [Test]
    public void An_empty_group_waits_for_the_initial_rebalance_delay_and_longer_while_members_keep_joining()
    {
        var harness = new GroupHarness(new GroupCoordinatorConfig { InitialRebalanceDelayMs = 3_000, OffsetsTopicPartitions = 1 });
        var first = harness.JoinNew();
        harness.Advance(2_000);
        var second = harness.JoinNew();
        harness.Advance(1_500);
        Assert.That(first.IsCompleted, Is.False, "a member joined during the delay: the group waits once more");
        harness.Advance(3_000);
        Assert.That(Answer(first).GenerationId, Is.EqualTo(1));
        Assert.That(Answer(second).GenerationId, Is.EqualTo(1));
    }

    [Test]
    public void A_second_member_makes_the_first_rejoin_and_only_the_leader_is_given_the_members()
    {
        var harness = new GroupHarness();
        var (leader, generation) = harness.Stable();
        var second = harness.JoinNew();
        Assert.That(second.IsCompleted, Is.False);
        Assert.That(harness.Heartbeat(leader, generation), Is.EqualTo(ErrorCode.RebalanceInProgress));
        var rejoined = Answer(harness.Join(leader));
        Assert.That(rejoined.GenerationId, Is.EqualTo(generation + 1));
        Assert.That(rejoined.Members, Has.Count.EqualTo(2));
        Assert.That(Answer(second).Members, Is.Empty);
        Assert.That(Answer(second).Leader, Is.EqualTo(leader));
    }

    [Test]
    public void A_member_that_does_not_rejoin_in_time_is_dropped()
    {
        var harness = new GroupHarness();
        var (leader, _) = harness.Stable();
        var second = harness.JoinNew(rebalanceTimeoutMs: 5_000, sessionTimeoutMs: 300_000);
        harness.Advance(60_000);
        var joined = Answer(second);
        Assert.That(joined.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(joined.Members.Select(member => member.MemberId), Is.EqualTo(new[] { joined.MemberId }));
        Assert.That(harness.Heartbeat(leader, joined.GenerationId), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void An_unknown_member_of_an_unknown_group_is_refused()
        => Assert.That(Answer(new GroupHarness().Join("somebody")).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));

    [Test]
    public void An_unknown_member_of_a_group_is_refused()
    {
        var harness = new GroupHarness();
        harness.Stable();
        Assert.That(Answer(harness.Join("somebody")).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void An_empty_group_id_is_invalid()
        => Assert.That(Answer(new GroupHarness().Join(group: "")).ErrorCode, Is.EqualTo(ErrorCode.InvalidGroupId));

    [TestCase(5_999)]
    [TestCase(1_800_001)]
    public void A_session_timeout_out_of_range_is_invalid(int sessionTimeoutMs)
        => Assert.That(Answer(new GroupHarness().Join(sessionTimeoutMs: sessionTimeoutMs)).ErrorCode, Is.EqualTo(ErrorCode.InvalidSessionTimeout));

    [Test]
    public void Another_protocol_type_is_inconsistent()
    {
        var harness = new GroupHarness();
        harness.Stable();
        Assert.That(Answer(harness.Join(protocolType: "connect")).ErrorCode, Is.EqualTo(ErrorCode.InconsistentGroupProtocol));
    }

    [Test]
    public void No_protocol_in_common_is_inconsistent()
    {
        var harness = new GroupHarness();
        harness.Stable();
        Assert.That(Answer(harness.Join(protocols: ["sticky"])).ErrorCode, Is.EqualTo(ErrorCode.InconsistentGroupProtocol));
    }

    [Test]
    public void A_member_without_protocols_is_inconsistent()
        => Assert.That(Answer(new GroupHarness().Join(protocols: [])).ErrorCode, Is.EqualTo(ErrorCode.InconsistentGroupProtocol));

    [Test]
    public void The_protocol_with_most_votes_among_those_all_support_is_chosen()
    {
        var harness = new GroupHarness();
        var first = Answer(harness.JoinNew(["range", "sticky"]));
        Answer(harness.Sync(first.MemberId, 1, new Dictionary<string, byte[]>(StringComparer.Ordinal)));
        var second = harness.JoinNew(["sticky", "range"]);
        var third = harness.JoinNew(["sticky", "range", "own"]);
        var rejoined = Answer(harness.Join(first.MemberId, protocols: ["range", "sticky"]));
        Assert.That(rejoined.ProtocolName, Is.EqualTo("sticky"));
        Assert.That(Answer(second).ProtocolName, Is.EqualTo("sticky"));
        Assert.That(Answer(third).ProtocolName, Is.EqualTo("sticky"));
    }

    [Test]
    public void A_full_group_takes_no_more_members()
    {
        var harness = new GroupHarness(new GroupCoordinatorConfig { InitialRebalanceDelayMs = 0, MaxSize = 1, OffsetsTopicPartitions = 1 });
        harness.Stable();
        Assert.That(Answer(harness.Join()).ErrorCode, Is.EqualTo(ErrorCode.GroupMaxSizeReached));
    }

    [Test]
    public void A_member_that_never_joins_with_its_id_is_forgotten_after_its_session_timeout()
    {
        var harness = new GroupHarness();
        var pending = Answer(harness.Join(sessionTimeoutMs: 6_000)).MemberId;
        harness.Advance(6_100);
        Assert.That(Answer(harness.Join(pending)).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void A_follower_that_joins_again_unchanged_stays_in_the_generation()
    {
        var harness = new GroupHarness();
        var (leader, _) = harness.Stable();
        var second = harness.JoinNew();
        var generation = Answer(harness.Join(leader)).GenerationId;
        var follower = Answer(second).MemberId;
        _ = harness.Sync(follower, generation);
        Answer(harness.Sync(leader, generation, new Dictionary<string, byte[]>(StringComparer.Ordinal) { [leader] = [1], [follower] = [2] }));
        var again = Answer(harness.Join(follower));
        Assert.That(again.GenerationId, Is.EqualTo(generation));
        Assert.That(again.Members, Is.Empty);
        Assert.That(harness.Join(leader).IsCompleted, Is.False, "the leader's rejoin starts a rebalance");
    }

    [Test]
    public void A_static_member_that_comes_back_keeps_its_place_without_a_rebalance()
    {
        var harness = new GroupHarness();
        var (old, generation) = harness.Stable("instance-1");
        var back = Answer(harness.Join(instanceId: "instance-1"));
        Assert.That(back.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(back.MemberId, Is.Not.EqualTo(old).And.StartWith("instance-1-"));
        Assert.That(back.GenerationId, Is.EqualTo(generation));
        Assert.That(back.SkipAssignment, Is.True);
        Assert.That(harness.Heartbeat(old, generation, "instance-1"), Is.EqualTo(ErrorCode.FencedInstanceId));
        var synced = Answer(harness.Sync(back.MemberId, generation, instanceId: "instance-1"));
        Assert.That(synced.Assignment, Is.EqualTo(new byte[] { 7 }));
    }

    [Test]
    public void The_old_member_of_an_instance_is_fenced_when_it_joins()
    {
        var harness = new GroupHarness();
        var (old, _) = harness.Stable("instance-1");
        Answer(harness.Join(instanceId: "instance-1"));
        Assert.That(Answer(harness.Join(old, "instance-1")).ErrorCode, Is.EqualTo(ErrorCode.FencedInstanceId));
    }

    [Test]
    public void A_group_that_could_not_be_stored_reverts_a_static_member_to_its_old_id()
    {
        var harness = new GroupHarness();
        var (old, generation) = harness.Stable("instance-1");
        harness.Log.AppendError = ErrorCode.NotEnoughReplicas;
        Assert.That(Answer(harness.Join(instanceId: "instance-1")).ErrorCode, Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
        Assert.That(harness.Heartbeat(old, generation, "instance-1"), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void While_the_coordinator_loads_it_says_so()
    {
        var log = new MemoryCoordinatorLog { LoadGate = new TaskCompletionSource() };
        var harness = new GroupHarness(log: log, load: false);
        harness.Load();
        Assert.That(Answer(harness.Join()).ErrorCode, Is.EqualTo(ErrorCode.CoordinatorLoadInProgress));
    }

    [Test]
    public void A_node_that_does_not_lead_the_partition_is_not_the_coordinator()
        => Assert.That(Answer(new GroupHarness(load: false).Join()).ErrorCode, Is.EqualTo(ErrorCode.NotCoordinator));

    [Test]
    public void Members_that_wait_are_sent_elsewhere_when_the_partition_moves()
    {
        var harness = new GroupHarness();
        harness.Stable();
        var waiting = harness.JoinNew();
        Assert.That(waiting.IsCompleted, Is.False);
        harness.Unload(leaderEpoch: 1);
        Assert.That(Answer(waiting).ErrorCode, Is.EqualTo(ErrorCode.NotCoordinator));
    }
}
