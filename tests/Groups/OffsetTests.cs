using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using static Kafka.Modular.Groups.Tests.GroupHarness;

namespace Kafka.Modular.Groups.Tests;

internal sealed class OffsetTests
{
    private static readonly Uuid SomeTopic = new(1, 2);
    private static readonly Uuid OtherTopic = new(3, 4);

    [Test]
    public void A_committed_offset_is_read_back_before_and_after_a_restart()
    {
        var harness = new GroupHarness();
        Assert.That(harness.Commit(42, metadata: "mine"), Is.EqualTo(ErrorCode.None));
        foreach (var reader in new[] { harness, harness.Restart() })
        {
            var fetched = reader.FetchAll().Topics.Single();
            Assert.That(fetched.Name, Is.EqualTo("orders"));
            Assert.That(fetched.Partitions[0].CommittedOffset, Is.EqualTo(42));
            Assert.That(fetched.Partitions[0].CommittedLeaderEpoch, Is.EqualTo(3));
            Assert.That(fetched.Partitions[0].Metadata, Is.EqualTo("mine"));
        }
    }

    [Test]
    public void What_was_never_committed_is_minus_one()
    {
        var harness = new GroupHarness();
        Assert.That(harness.Committed(), Is.EqualTo(-1));
        harness.Commit(1);
        Assert.That(harness.Committed(partition: 1), Is.EqualTo(-1));
        Assert.That(harness.FetchAll("missing").Topics, Is.Empty);
    }

    [Test]
    public void An_offset_that_is_not_committed_to_the_log_is_not_shown()
    {
        var harness = new GroupHarness();
        harness.Log.HoldCommits = true;
        var commit = harness.CommitAsync(42);
        Assert.That(commit.IsCompleted, Is.False);
        var fetch = harness.Coordinator.FetchOffsetsAsync(new() { GroupId = Group, Topics = null });
        harness.Run();
        Assert.That(fetch.IsCompleted, Is.False);
        harness.Log.CommitAll();
        harness.Run();
        Assert.That(Answer(fetch).Topics[0].Partitions[0].CommittedOffset, Is.EqualTo(42));
        Assert.That(Answer(commit).Topics[0].Partitions[0].ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_commit_that_is_not_replicated_in_time_is_answered()
    {
        var harness = new GroupHarness();
        harness.Log.HoldCommits = true;
        var commit = harness.CommitAsync(42);
        harness.Advance(5_100);
        Assert.That(Answer(commit).Topics[0].Partitions[0].ErrorCode, Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
    }

    [Test]
    public void A_commit_that_cannot_be_written_leaves_no_trace()
    {
        var harness = new GroupHarness();
        harness.Commit(1);
        harness.Log.AppendError = ErrorCode.NotLeaderOrFollower;
        Assert.That(harness.Commit(2), Is.EqualTo(ErrorCode.NotCoordinator));
        harness.Log.AppendError = ErrorCode.None;
        Assert.That(harness.Committed(), Is.EqualTo(1));
    }

    [Test]
    public void A_batch_over_the_limit_is_refused()
    {
        var harness = new GroupHarness();
        harness.Log.BatchLimit = 80;
        Assert.That(harness.Commit(1), Is.EqualTo(ErrorCode.UnknownServerError));
    }

    [Test]
    public void Commits_that_do_not_fit_the_group_are_refused()
    {
        var harness = new GroupHarness();
        Assert.That(harness.Commit(1, "anybody", 1), Is.EqualTo(ErrorCode.GroupIdNotFound), "version 9");
        Assert.That(harness.Commit(1, "anybody", 1, version: 8), Is.EqualTo(ErrorCode.IllegalGeneration), "version 8");
        var (member, generation) = harness.Stable("instance-1");
        Assert.That(harness.Commit(1), Is.EqualTo(ErrorCode.UnknownMemberId), "the group has members");
        Assert.That(harness.Commit(1, member, generation + 1, instanceId: "instance-1"), Is.EqualTo(ErrorCode.IllegalGeneration));
        Assert.That(harness.Commit(1, "anybody", generation), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(harness.Commit(1, "anybody", generation, instanceId: "instance-1"), Is.EqualTo(ErrorCode.FencedInstanceId));
        Assert.That(harness.Commit(1, member, generation, instanceId: "instance-1"), Is.EqualTo(ErrorCode.None));
        Assert.That(harness.Commit(1, member, generation, instanceId: "instance-1", metadata: new string('x', 4_097)), Is.EqualTo(ErrorCode.OffsetMetadataTooLarge));
    }

    [Test]
    public void While_the_group_waits_for_its_assignment_commits_are_refused()
    {
        var harness = new GroupHarness();
        var joined = Answer(harness.JoinNew());
        Assert.That(harness.Commit(1, joined.MemberId, joined.GenerationId), Is.EqualTo(ErrorCode.RebalanceInProgress));
    }

    [Test]
    public void A_commit_counts_as_a_heartbeat()
    {
        var harness = new GroupHarness();
        var (member, generation) = harness.Stable();
        for (var turn = 0; turn < 5; turn++)
        {
            harness.Advance(8_000);
            Assert.That(harness.Commit(turn, member, generation), Is.EqualTo(ErrorCode.None));
        }
    }

    [Test]
    public void An_offset_of_a_topic_that_was_made_anew_does_not_count()
    {
        var harness = new GroupHarness();
        harness.Commit(42, topicId: SomeTopic, version: 10);
        Assert.That(harness.Committed(topicId: SomeTopic), Is.EqualTo(42));
        Assert.That(harness.Committed(topicId: OtherTopic), Is.EqualTo(-1));
        Assert.That(harness.Restart().Committed(topicId: OtherTopic), Is.EqualTo(-1));
        Assert.That(harness.Committed(), Is.EqualTo(42), "asked for by name alone");
    }

    [Test]
    public async Task Offsets_of_a_group_without_members_expire_after_the_retention()
    {
        var harness = new GroupHarness(new GroupCoordinatorConfig
        {
            InitialRebalanceDelayMs = 0, OffsetsTopicPartitions = 1, OffsetsRetentionMs = 60_000, OffsetsRetentionCheckIntervalMs = 1_000,
        });
        harness.Commit(1);
        harness.Advance(59_000, 1_000);
        Assert.That(harness.Committed(), Is.EqualTo(1));
        harness.Advance(3_000, 1_000);
        Assert.That(harness.Committed(), Is.EqualTo(-1));
        Assert.That((await harness.List()).Groups, Is.Empty);
        Assert.That((await harness.Restart().List()).Groups, Is.Empty);
    }

    [Test]
    public void Offsets_of_a_group_with_members_do_not_expire()
    {
        var harness = new GroupHarness(new GroupCoordinatorConfig
        {
            InitialRebalanceDelayMs = 0, OffsetsTopicPartitions = 1, OffsetsRetentionMs = 20_000, OffsetsRetentionCheckIntervalMs = 1_000,
        });
        var (member, generation) = harness.Stable();
        harness.Commit(1, member, generation);
        for (var beat = 0; beat < 10; beat++)
        {
            harness.Advance(5_000, 1_000);
            Assert.That(harness.Heartbeat(member, generation), Is.EqualTo(ErrorCode.None));
        }

        Assert.That(harness.Committed(), Is.EqualTo(1));
    }

    [Test]
    public void A_retention_in_the_request_is_kept_for_that_offset()
    {
        var harness = new GroupHarness(new GroupCoordinatorConfig
        {
            InitialRebalanceDelayMs = 0, OffsetsTopicPartitions = 1, OffsetsRetentionCheckIntervalMs = 1_000,
        });
        harness.Commit(1, retentionMs: 5_000, version: 4);
        harness.Advance(4_000, 1_000);
        Assert.That(harness.Restart().Committed(), Is.EqualTo(1));
        harness.Advance(3_000, 1_000);
        Assert.That(harness.Committed(), Is.EqualTo(-1));
    }

    [Test]
    public void A_deleted_topic_takes_its_offsets_along()
    {
        var harness = new GroupHarness();
        harness.Commit(1);
        harness.Commit(2, topic: "kept");
        _ = harness.Coordinator.OnTopicsDeletedAsync(new HashSet<string>(StringComparer.Ordinal) { "orders" });
        harness.Run();
        Assert.That(harness.Committed(), Is.EqualTo(-1));
        Assert.That(harness.Committed("kept"), Is.EqualTo(2));
        Assert.That(harness.Restart().Committed(), Is.EqualTo(-1));
    }
}
