using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Tests;

/// <summary>Elections that somebody asks for, and reassignments.</summary>
internal sealed class PartitionMovesTests
{
    private readonly ControllerHarness _harness = new();
    private readonly Dictionary<int, long> _epochs = [];
    private Uuid _topicId;

    private PartitionRegistration Partition => _harness.Image.Topics.Partition("orders", 0)!;

    [Test]
    public async Task The_preferred_leader_is_elected_when_it_is_back()
    {
        await StartAsync(2, 2);
        var preferred = Partition.Replicas[0];
        await _harness.HeartbeatAsync(preferred, _epochs[preferred], wantFence: true);
        Assert.That(Partition.Leader, Is.Not.EqualTo(preferred));
        Assert.That(await ElectAsync(0), Is.EqualTo(ErrorCode.PreferredLeaderNotAvailable));
        await _harness.HeartbeatAsync(preferred, _epochs[preferred]);
        Assert.That(await ElectAsync(0), Is.EqualTo(ErrorCode.PreferredLeaderNotAvailable), "it is not in sync yet");
        Assert.That(await AlterIsrAsync(Partition.Replicas[0], Partition.Replicas[1]), Is.EqualTo(ErrorCode.None));
        var before = Partition.LeaderEpoch;
        Assert.That(await ElectAsync(0), Is.EqualTo(ErrorCode.None));
        Assert.That((Partition.Leader, Partition.LeaderEpoch), Is.EqualTo((preferred, before + 1)));
        Assert.That(await ElectAsync(0), Is.EqualTo(ErrorCode.ElectionNotNeeded));
    }

    [Test]
    public async Task Any_replica_may_lead_after_an_unclean_election()
    {
        await StartAsync(2, 2);
        var (first, second) = (Partition.Replicas[0], Partition.Replicas[1]);
        Assert.That(await ElectAsync(1), Is.EqualTo(ErrorCode.ElectionNotNeeded));
        await _harness.HeartbeatAsync(second, _epochs[second], wantFence: true);
        await _harness.HeartbeatAsync(first, _epochs[first], wantFence: true);
        Assert.That(await ElectAsync(1), Is.EqualTo(ErrorCode.EligibleLeadersNotAvailable));
        await _harness.HeartbeatAsync(second, _epochs[second]);
        Assert.That(Partition.HasLeader, Is.False, "it is not in sync");
        Assert.That(await ElectAsync(1), Is.EqualTo(ErrorCode.None));
        Assert.That((Partition.Leader, Partition.LeaderRecoveryState), Is.EqualTo((second, LeaderRecoveryState.Recovering)));
        Assert.That(Partition.Isr, Is.EqualTo(new[] { second }));
    }

    [Test]
    public async Task Electing_everywhere_names_only_what_could_not_stay()
    {
        await StartAsync(2, 2);
        var response = await _harness.Run(_harness.Controller.ElectLeadersAsync(new ElectLeadersRequest { TopicPartitions = null }, CancellationToken.None));
        Assert.That(response!.ReplicaElectionResults.Single().PartitionResult, Is.Empty);
        Assert.That(await ElectAsync(7), Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [Test]
    public async Task A_reassignment_adds_first_and_removes_when_those_are_in_sync()
    {
        await StartAsync(3, 2);
        List<int> before = [.. Partition.Replicas];
        var other = Enumerable.Range(1, 3).Except(before).Single();
        var leader = Partition.Leader;
        Assert.That((await ReassignAsync([other, before[1]])).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(Partition.Replicas, Is.EqualTo(new[] { other, before[1], before[0] }));
        Assert.That((Partition.AddingReplicas[0], Partition.RemovingReplicas[0]), Is.EqualTo((other, before[0])));
        Assert.That(Partition.TryGetDirectory(other, out var directory) ? directory : default, Is.EqualTo(new Uuid(77, other)));
        var ongoing = (await ListAsync()).Topics.Single().Partitions.Single();
        Assert.That(ongoing.AddingReplicas.Select(static id => id.Value), Is.EqualTo(new[] { other }));
        Assert.That(await AlterIsrAsync(before[0], before[1], other), Is.EqualTo(leader == before[0] ? ErrorCode.NewLeaderElected : ErrorCode.None));
        Assert.That(Partition.Replicas, Is.EqualTo(new[] { other, before[1] }));
        Assert.That((Partition.IsReassigning, Partition.Isr.Contains(before[0])), Is.EqualTo((false, false)));
        Assert.That((await ListAsync()).Topics, Is.Empty);
    }

    [Test]
    public async Task A_reassignment_that_is_given_up_leaves_what_was()
    {
        await StartAsync(3, 2);
        List<int> before = [.. Partition.Replicas];
        var other = Enumerable.Range(1, 3).Except(before).Single();
        await ReassignAsync([other, before[1]]);
        Assert.That((await ReassignAsync(null)).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(Partition.Replicas, Is.EquivalentTo(before));
        Assert.That(Partition.IsReassigning, Is.False);
        Assert.That((await ReassignAsync(null)).ErrorCode, Is.EqualTo(ErrorCode.NoReassignmentInProgress));
    }

    [Test]
    public async Task Only_removing_is_done_at_once_unless_the_factor_must_stay()
    {
        await StartAsync(2, 2);
        var keep = Partition.Replicas[0];
        var refused = await ReassignAsync([keep], mayChangeFactor: false);
        Assert.That((refused.ErrorCode, refused.ErrorMessage), Is.EqualTo((ErrorCode.InvalidReplicationFactor, "The replication factor is changed from 2 to 1")));
        var epoch = Partition.LeaderEpoch;
        Assert.That((await ReassignAsync([keep])).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(Partition.Replicas, Is.EqualTo(new[] { keep }));
        Assert.That((Partition.IsReassigning, Partition.LeaderEpoch), Is.EqualTo((false, epoch + 1)));
    }

    [Test]
    public async Task A_broker_says_in_which_directory_its_replica_lives()
    {
        await StartAsync(2, 2);
        var directory = new Uuid(5, 5);
        Assert.That(await AssignAsync(1, _epochs[1], directory, _topicId, 0), Is.EqualTo(ErrorCode.None));
        Assert.That(Partition.TryGetDirectory(1, out var found) ? found : default, Is.EqualTo(directory));
        Assert.That(Partition.TryGetDirectory(2, out found) ? found : default, Is.EqualTo(new Uuid(77, 2)));
        Assert.That(await AssignAsync(1, _epochs[1] + 9, directory, _topicId, 0), Is.EqualTo(ErrorCode.StaleBrokerEpoch));
        Assert.That(await AssignAsync(7, 1, directory, _topicId, 0), Is.EqualTo(ErrorCode.BrokerIdNotRegistered));
        Assert.That(await AssignAsync(1, _epochs[1], directory, new Uuid(1, 1), 0), Is.EqualTo(ErrorCode.UnknownTopicId));
        Assert.That(await AssignAsync(1, _epochs[1], directory, _topicId, 4), Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        _epochs[3] = await _harness.AddBrokerAsync(3);
        Assert.That(await AssignAsync(3, _epochs[3], directory, _topicId, 0), Is.EqualTo(ErrorCode.NotLeaderOrFollower));
    }

    private async Task<ErrorCode> AssignAsync(int broker, long epoch, Uuid directory, Uuid topicId, int partition)
    {
        var topic = new AssignReplicasToDirsRequest.TopicData
        {
            TopicId = topicId, Partitions = [new AssignReplicasToDirsRequest.PartitionData { PartitionIndex = partition }],
        };
        var response = (await _harness.Run(_harness.Controller.AssignReplicasAsync(
            new AssignReplicasToDirsRequest
            {
                BrokerId = new BrokerId(broker), BrokerEpoch = epoch, Directories = [new AssignReplicasToDirsRequest.DirectoryData { Id = directory, Topics = [topic] }],
            },
            CancellationToken.None)))!;
        return response.ErrorCode != ErrorCode.None ? response.ErrorCode : response.Directories[0].Topics[0].Partitions[0].ErrorCode;
    }

    private async Task StartAsync(int brokers, short replicas)
    {
        _harness.Lead();
        for (var id = 1; id <= brokers; id++)
        {
            _epochs[id] = await _harness.AddBrokerAsync(id);
        }

        _topicId = (await _harness.CreateTopicAsync("orders", 1, replicas)).TopicId;
    }

    private async Task<ErrorCode> ElectAsync(sbyte type)
    {
        var response = await _harness.Run(_harness.Controller.ElectLeadersAsync(
            new ElectLeadersRequest { ElectionType = type, TopicPartitions = [new ElectLeadersRequest.TopicPartitionsData { Topic = "orders", Partitions = [0] }] },
            CancellationToken.None));
        return response!.ReplicaElectionResults[0].PartitionResult[0].ErrorCode;
    }

    private async Task<AlterPartitionReassignmentsResponse.ReassignablePartitionResponse> ReassignAsync(int[]? replicas, bool mayChangeFactor = true)
    {
        var partition = new AlterPartitionReassignmentsRequest.ReassignablePartition { PartitionIndex = 0, Replicas = replicas?.Select(static id => new BrokerId(id)).ToList() };
        var response = await _harness.Run(_harness.Controller.AlterReassignmentsAsync(
            new AlterPartitionReassignmentsRequest
            {
                AllowReplicationFactorChange = mayChangeFactor,
                Topics = [new AlterPartitionReassignmentsRequest.ReassignableTopic { Name = "orders", Partitions = [partition] }],
            },
            CancellationToken.None));
        return response!.Responses[0].Partitions[0];
    }

    private async Task<ListPartitionReassignmentsResponse> ListAsync()
        => (await _harness.Run(_harness.Controller.ListReassignmentsAsync(new ListPartitionReassignmentsRequest(), CancellationToken.None)))!;

    private async Task<ErrorCode> AlterIsrAsync(params int[] isr)
    {
        var partition = Partition;
        var request = new AlterPartitionRequest { BrokerId = new BrokerId(partition.Leader), BrokerEpoch = _epochs[partition.Leader] };
        request.Topics.Add(new AlterPartitionRequest.TopicData
        {
            TopicId = _topicId,
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
        var response = await _harness.Run(_harness.Controller.AlterPartitionAsync(request, CancellationToken.None));
        return response!.Topics[0].Partitions[0].ErrorCode;
    }
}
