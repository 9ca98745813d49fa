using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Tests;

internal sealed class MetadataControllerTests
{
    [Test]
    public void The_first_leader_of_an_empty_log_writes_the_bootstrap_records()
    {
        var harness = new ControllerHarness();
        harness.Lead();
        Assert.That(harness.Image.Features.MetadataVersion!.Level, Is.EqualTo(29));
        Assert.That(harness.Controller.IsActive, Is.True);
    }

    [Test]
    public async Task A_controller_that_does_not_lead_answers_nothing()
    {
        var harness = new ControllerHarness();
        Assert.That(await harness.Run(harness.Controller.CreateTopicsAsync(new CreateTopicsRequest(), CancellationToken.None)), Is.Null);
    }

    [Test]
    public async Task An_operation_is_answered_once_it_is_committed()
    {
        var harness = new ControllerHarness();
        harness.Lead();
        await harness.AddBrokerAsync(1);
        harness.HoldCommits();
        var creating = harness.CreateTopicAsync("orders");
        Assert.That(creating.IsCompleted, Is.False);
        harness.CommitAll();
        Assert.That((await creating).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task What_was_not_committed_is_forgotten_with_the_leadership()
    {
        var harness = new ControllerHarness();
        harness.Lead();
        await harness.AddBrokerAsync(1);
        harness.HoldCommits();
        var creating = harness.Controller.CreateTopicsAsync(
            new CreateTopicsRequest { Topics = [new CreateTopicsRequest.CreatableTopic { Name = "lost", NumPartitions = 1, ReplicationFactor = 1 }] }, CancellationToken.None);
        harness.Advance(TimeSpan.Zero);
        harness.Lose(committedRecords: 0);
        Assert.That(await creating, Is.Null);
        harness.Lead(epoch: 2);
        Assert.That(harness.Image.Features.MetadataVersion, Is.Not.Null, "the log was empty again, so it is bootstrapped again");
        Assert.That(harness.Image.Topics.Count, Is.Zero);
    }

    [Test]
    public void While_it_leads_an_empty_record_is_written_each_idle_interval()
    {
        var harness = new ControllerHarness();
        harness.Lead();
        Assert.That(NoOps(), Is.Zero);
        harness.Advance(TimeSpan.FromMilliseconds(500));
        harness.Advance(TimeSpan.FromMilliseconds(500));
        Assert.That(NoOps(), Is.EqualTo(2));
        harness.Lose(harness.Log.Count);
        harness.Advance(TimeSpan.FromSeconds(5));
        Assert.That(NoOps(), Is.EqualTo(2));

        int NoOps() => harness.Log.Count(record => record.Message is NoOpRecord);
    }

    [Test]
    public async Task An_operation_whose_records_cannot_be_appended_changes_nothing()
    {
        var harness = new ControllerHarness();
        harness.Lead();
        await harness.AddBrokerAsync(1);
        harness.AppendError = ErrorCode.NotLeaderOrFollower;
        var refused = await harness.Run(harness.Controller.CreateTopicsAsync(
            new CreateTopicsRequest { Topics = [new CreateTopicsRequest.CreatableTopic { Name = "orders", NumPartitions = 1, ReplicationFactor = 1 }] }, CancellationToken.None));
        Assert.That(refused, Is.Null);
        harness.AppendError = ErrorCode.None;
        Assert.That((await harness.CreateTopicAsync("orders")).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Replicas_of_a_partition_are_in_different_racks_and_leaders_go_round()
    {
        var harness = new ControllerHarness();
        harness.Lead();
        for (var id = 1; id <= 6; id++)
        {
            await harness.AddBrokerAsync(id, rack: $"rack-{id % 3}");
        }

        Assert.That((await harness.CreateTopicAsync("orders", 12, 3)).ErrorCode, Is.EqualTo(ErrorCode.None));
        harness.Image.Topics.TryGet("orders", out var topic);
        foreach (var (_, partition) in topic!.Partitions)
        {
            Assert.That(partition.Replicas.Select(static id => id % 3).Distinct().Count(), Is.EqualTo(3));
            Assert.That(partition.Leader, Is.EqualTo(partition.Replicas[0]));
        }

        Assert.That(
            topic.Partitions.GroupBy(static entry => entry.Value.Leader).Select(static group => group.Count()),
            Has.All.EqualTo(2),
            "twelve partitions, six brokers");
    }

    [Test]
    public async Task A_broker_that_is_not_heard_of_is_fenced_and_its_partitions_move()
    {
        var harness = new ControllerHarness();
        harness.Lead();
        var first = await harness.AddBrokerAsync(1);
        await harness.AddBrokerAsync(2);
        await harness.CreateTopicAsync("orders", 4, 2);
        for (var passed = 0; passed < 10; passed++)
        {
            await harness.HeartbeatAsync(1, first);
            harness.Advance(TimeSpan.FromSeconds(1));
        }

        var image = harness.Image;
        Assert.That(image.Cluster.IsAlive(2), Is.False);
        Assert.That(image.Cluster.IsAlive(1), Is.True);
        image.Topics.TryGet("orders", out var topic);
        foreach (var (_, partition) in topic!.Partitions)
        {
            Assert.That((partition.Leader, partition.Isr.Count), Is.EqualTo((1, 1)));
        }
    }

    [Test]
    public async Task The_last_in_sync_keeps_its_partition_and_leads_it_again_when_it_is_back()
    {
        var harness = new ControllerHarness();
        harness.Lead();
        var epoch = await harness.AddBrokerAsync(1);
        await harness.CreateTopicAsync("orders");
        await harness.HeartbeatAsync(1, epoch, wantFence: true);
        var partition = harness.Image.Topics.Partition("orders", 0)!;
        Assert.That((partition.Leader, partition.Isr[0]), Is.EqualTo((PartitionRegistration.NoLeader, 1)));
        Assert.That((await harness.HeartbeatAsync(1, epoch)).IsFenced, Is.False);
        Assert.That(harness.Image.Topics.Partition("orders", 0)!.Leader, Is.EqualTo(1));
        Assert.That(harness.Image.Topics.Partition("orders", 0)!.LeaderEpoch, Is.GreaterThan(partition.LeaderEpoch));
    }

    [Test]
    public async Task A_broker_is_unfenced_once_it_has_replayed_its_registration()
    {
        var harness = new ControllerHarness();
        harness.Lead();
        var epoch = await harness.AddBrokerAsync(1, unfence: false);
        Assert.That(harness.Log[(int)epoch].Message, Is.InstanceOf<RegisterBrokerRecord>(), "its epoch is the offset of its registration");
        var behind = await harness.HeartbeatAsync(1, epoch, offset: epoch - 1);
        Assert.That((behind.IsFenced, behind.IsCaughtUp), Is.EqualTo((true, false)));
        var caughtUp = await harness.HeartbeatAsync(1, epoch, offset: epoch);
        Assert.That((caughtUp.IsFenced, caughtUp.IsCaughtUp), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task A_broker_alone_may_stop_at_once_and_one_with_others_gives_its_partitions_away_first()
    {
        var harness = new ControllerHarness();
        harness.Lead();
        var first = await harness.AddBrokerAsync(1);
        var second = await harness.AddBrokerAsync(2);
        await harness.CreateTopicAsync("orders", 4, 2);
        Assert.That((await harness.HeartbeatAsync(1, first, wantShutDown: true)).ShouldShutDown, Is.False);
        Assert.That(harness.Image.Topics.ByName["orders"].Partitions, Has.All.Matches<KeyValuePair<int, PartitionRegistration>>(static entry => entry.Value.Leader == 2));
        await harness.HeartbeatAsync(2, second);
        Assert.That((await harness.HeartbeatAsync(1, first, wantShutDown: true)).ShouldShutDown, Is.True);
        Assert.That((await harness.HeartbeatAsync(2, second, wantShutDown: true)).ShouldShutDown, Is.True, "nobody is left to wait for");
    }

    [Test]
    public async Task Heartbeats_of_strangers_are_refused()
    {
        var harness = new ControllerHarness();
        harness.Lead();
        Assert.That((await harness.HeartbeatAsync(5, 1)).ErrorCode, Is.EqualTo(ErrorCode.BrokerIdNotRegistered));
        var epoch = await harness.AddBrokerAsync(1);
        Assert.That((await harness.HeartbeatAsync(1, epoch + 1)).ErrorCode, Is.EqualTo(ErrorCode.StaleBrokerEpoch));
    }

    [Test]
    public async Task Producer_ids_come_in_blocks_that_are_given_once()
    {
        var harness = new ControllerHarness();
        harness.Lead();
        var epoch = await harness.AddBrokerAsync(1);
        var starts = new List<long>();
        for (var turn = 0; turn < 3; turn++)
        {
            var block = await harness.Run(harness.Controller.AllocateProducerIdsAsync(
                new AllocateProducerIdsRequest { BrokerId = new BrokerId(1), BrokerEpoch = epoch }, CancellationToken.None));
            starts.Add(block!.ProducerIdStart.Value);
        }

        Assert.That(starts, Is.EqualTo(new[] { 0L, 1_000L, 2_000L }));
        var stale = await harness.Run(harness.Controller.AllocateProducerIdsAsync(
            new AllocateProducerIdsRequest { BrokerId = new BrokerId(1), BrokerEpoch = epoch + 1 }, CancellationToken.None));
        Assert.That(stale!.ErrorCode, Is.EqualTo(ErrorCode.StaleBrokerEpoch));
    }

    [Test]
    public async Task An_order_that_would_write_too_many_records_is_refused_as_a_whole()
    {
        var harness = new ControllerHarness();
        harness.Lead();
        await harness.AddBrokerAsync(1);
        var before = harness.Log.Count;
        var request = new CreateTopicsRequest();
        request.Topics.AddRange(Enumerable.Range(0, 5_001).Select(static number => new CreateTopicsRequest.CreatableTopic { Name = $"t{number}", NumPartitions = 1, ReplicationFactor = 1 }));

        var creating = harness.Run(harness.Controller.CreateTopicsAsync(request, CancellationToken.None));

        Assert.That(async () => await creating, Throws.TypeOf<ControllerRefusedException>().With.Property(nameof(ControllerRefusedException.Error)).EqualTo(ErrorCode.PolicyViolation));
        Assert.That(harness.Log, Has.Count.EqualTo(before));
    }

    [Test]
    public async Task Records_that_the_quorum_finds_too_large_are_no_reason_to_look_for_another_controller()
    {
        var harness = new ControllerHarness();
        harness.Lead();
        await harness.AddBrokerAsync(1);
        harness.AppendError = ErrorCode.RecordListTooLarge;

        var creating = harness.Run(harness.Controller.CreateTopicsAsync(
            new CreateTopicsRequest { Topics = [new CreateTopicsRequest.CreatableTopic { Name = "orders", NumPartitions = 1, ReplicationFactor = 1 }] }, CancellationToken.None));

        Assert.That(async () => await creating, Throws.TypeOf<ControllerRefusedException>().With.Property(nameof(ControllerRefusedException.Error)).EqualTo(ErrorCode.PolicyViolation));
    }

    [Test]
    public async Task A_leader_changes_the_ISR_of_its_partitions_and_nobody_else_does()
    {
        var harness = new ControllerHarness();
        harness.Lead();
        var epochs = new Dictionary<int, long> { [1] = await harness.AddBrokerAsync(1), [2] = await harness.AddBrokerAsync(2) };
        var created = await harness.CreateTopicAsync("orders", 1, 2);
        var partition = harness.Image.Topics.Partition("orders", 0)!;
        var (leader, follower) = (partition.Leader, 3 - partition.Leader);
        Assert.That(await AlterAsync(harness, created.TopicId, follower, epochs[follower], partition, [leader]), Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(await AlterAsync(harness, created.TopicId, leader, epochs[leader] + 5, partition, [leader]), Is.EqualTo(ErrorCode.StaleBrokerEpoch));
        Assert.That(await AlterAsync(harness, created.TopicId, leader, epochs[leader], partition with { LeaderEpoch = 9 }, [leader]), Is.EqualTo(ErrorCode.NotController));
        Assert.That(await AlterAsync(harness, new Uuid(1, 2), leader, epochs[leader], partition, [leader]), Is.EqualTo(ErrorCode.UnknownTopicId));
        Assert.That(await AlterAsync(harness, created.TopicId, leader, epochs[leader], partition, [leader, 9]), Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(await AlterAsync(harness, created.TopicId, leader, epochs[leader], partition, [leader]), Is.EqualTo(ErrorCode.None));
        Assert.That(harness.Image.Topics.Partition("orders", 0)!.Isr.Count, Is.EqualTo(1));
        Assert.That(await AlterAsync(harness, created.TopicId, leader, epochs[leader], partition, [leader]), Is.EqualTo(ErrorCode.InvalidUpdateVersion), "it is another version now");
    }

    private static async Task<ErrorCode> AlterAsync(
        ControllerHarness harness, Uuid topicId, int broker, long brokerEpoch, PartitionRegistration partition, int[] isr)
    {
        var request = new AlterPartitionRequest { BrokerId = new BrokerId(broker), BrokerEpoch = brokerEpoch };
        request.Topics.Add(new AlterPartitionRequest.TopicData
        {
            TopicId = topicId,
            Partitions =
            [
                new AlterPartitionRequest.PartitionData
                {
                    PartitionIndex = 0,
                    LeaderEpoch = partition.LeaderEpoch,
                    PartitionEpoch = partition.PartitionEpoch,
                    NewIsr = [.. isr.Select(static id => new BrokerId(id))],
                },
            ],
        });
        var response = await harness.Run(harness.Controller.AlterPartitionAsync(request, CancellationToken.None));
        return response!.ErrorCode != ErrorCode.None ? response.ErrorCode : response.Topics[0].Partitions[0].ErrorCode;
    }
}
