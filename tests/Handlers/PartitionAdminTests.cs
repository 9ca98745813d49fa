using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// ElectLeaders, AlterPartitionReassignments, ListPartitionReassignments and DescribeProducers. What needs several brokers is a test of the module Controller.
/// <code>
/// ElectLeaders
///   ELECTION_NOT_NEEDED            The_only_replica_leads_already
///   UNKNOWN_TOPIC_OR_PARTITION     Nothing_is_elected_for_what_does_not_exist
///   INVALID_REQUEST                An_election_of_another_kind_is_refused
///   PREFERRED_LEADER_NOT_AVAILABLE, ELIGIBLE_LEADERS_NOT_AVAILABLE   tests of the module Controller
/// AlterPartitionReassignments
///   UNKNOWN_TOPIC_OR_PARTITION     A_partition_that_does_not_exist_cannot_move
///   INVALID_REPLICA_ASSIGNMENT     Replicas_must_be_brokers_named_once
///   INVALID_REPLICATION_FACTOR     tests of the module Controller
///   NO_REASSIGNMENT_IN_PROGRESS    Nothing_can_be_given_up_where_nothing_moves
/// DescribeProducers
///   UNKNOWN_TOPIC_OR_PARTITION     Producers_of_what_does_not_exist_are_unknown
///   INVALID_TOPIC_EXCEPTION        Producers_of_what_does_not_exist_are_unknown
///   NOT_LEADER_OR_FOLLOWER         (needs a second broker)
/// All
///   CLUSTER_AUTHORIZATION_FAILED, TOPIC_AUTHORIZATION_FAILED   ClusterAccessTests
///   NOT_CONTROLLER                 (needs a second broker)
/// </code>
/// </summary>
internal sealed class PartitionAdminTests : BrokerFixture
{
    [Test]
    public async Task The_only_replica_leads_already([Range(0, 2)] short version)
    {
        await CreateTopicAsync("orders");
        var response = await ElectAsync("orders", 0, 0, version);
        var result = response.ReplicaElectionResults.Single().PartitionResult.Single();
        Assert.That((response.ErrorCode, result.ErrorCode), Is.EqualTo((ErrorCode.None, ErrorCode.ElectionNotNeeded)));
        Assert.That(result.ErrorMessage, Is.Not.Empty);
    }

    [Test]
    public async Task Of_all_partitions_those_that_are_well_are_not_named()
    {
        await CreateTopicAsync("orders", 2);
        var response = await Client.SendAsync(new ElectLeadersRequest { TopicPartitions = null });
        Assert.That(response.ReplicaElectionResults.Single().PartitionResult, Is.Empty);
    }

    [TestCase("missing", 0, "No such topic as missing")]
    [TestCase("orders", 5, "No such partition as orders-5")]
    public async Task Nothing_is_elected_for_what_does_not_exist(string topic, int partition, string message)
    {
        await CreateTopicAsync("orders");
        var result = (await ElectAsync(topic, partition, 1, 2)).ReplicaElectionResults.Single().PartitionResult.Single();
        Assert.That((result.ErrorCode, result.ErrorMessage), Is.EqualTo((ErrorCode.UnknownTopicOrPartition, message)));
    }

    [Test]
    public async Task An_election_of_another_kind_is_refused()
    {
        await CreateTopicAsync("orders");
        var response = await ElectAsync("orders", 0, 9, 2);
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(response.ReplicaElectionResults.Single().PartitionResult.Single().ErrorMessage, Is.EqualTo("Unknown election type 9"));
    }

    [Test]
    public async Task A_partition_may_stay_where_it_is([Range(0, 1)] short version)
    {
        await CreateTopicAsync("orders");
        Assert.That((await ReassignAsync("orders", 0, [1], version)).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((await Client.SendAsync(new ListPartitionReassignmentsRequest { Topics = null })).Topics, Is.Empty);
    }

    [TestCase("missing", 0, "Unable to find a topic named missing.")]
    [TestCase("orders", 5, "Unable to find partition orders:5.")]
    public async Task A_partition_that_does_not_exist_cannot_move(string topic, int partition, string message)
    {
        await CreateTopicAsync("orders");
        var answer = await ReassignAsync(topic, partition, [1]);
        Assert.That((answer.ErrorCode, answer.ErrorMessage), Is.EqualTo((ErrorCode.UnknownTopicOrPartition, message)));
    }

    [TestCase(new int[0], "The manual partition assignment includes an empty replica list.")]
    [TestCase(new[] { 1, 9 }, "The manual partition assignment includes broker 9, but no such broker is registered.")]
    [TestCase(new[] { 1, 1 }, "The manual partition assignment includes the broker 1 more than once.")]
    public async Task Replicas_must_be_brokers_named_once(int[] replicas, string message)
    {
        await CreateTopicAsync("orders");
        var answer = await ReassignAsync("orders", 0, replicas);
        Assert.That((answer.ErrorCode, answer.ErrorMessage), Is.EqualTo((ErrorCode.InvalidReplicaAssignment, message)));
    }

    [Test]
    public async Task Nothing_can_be_given_up_where_nothing_moves()
    {
        await CreateTopicAsync("orders");
        Assert.That((await ReassignAsync("orders", 0, null)).ErrorCode, Is.EqualTo(ErrorCode.NoReassignmentInProgress));
    }

    [Test]
    public async Task Producers_are_described_by_what_they_wrote_last()
    {
        await CreateTopicAsync("orders");
        await ProduceAsync("orders", Batch(new RecordBatchOptions { ProducerId = 7, ProducerEpoch = 2, BaseSequence = 0 }, 1_700_000_000_000, "a", "b"));
        var partition = (await DescribeAsync("orders", 0));
        var producer = partition.ActiveProducers.Single();
        Assert.That(
            (partition.ErrorCode, producer.ProducerId.Value, producer.ProducerEpoch, producer.LastSequence, producer.LastTimestamp, producer.CoordinatorEpoch, producer.CurrentTxnStartOffset),
            Is.EqualTo((ErrorCode.None, 7L, 2, 1, 1_700_000_000_000, -1, -1L)));
    }

    [TestCase("missing", 0, ErrorCode.UnknownTopicOrPartition)]
    [TestCase("orders", 5, ErrorCode.UnknownTopicOrPartition)]
    [TestCase("a b", 0, ErrorCode.InvalidTopicException)]
    public async Task Producers_of_what_does_not_exist_are_unknown(string topic, int partition, ErrorCode error)
    {
        await CreateTopicAsync("orders");
        Assert.That((await DescribeAsync(topic, partition)).ErrorCode, Is.EqualTo(error));
    }

    private async Task<DescribeProducersResponse.PartitionResponse> DescribeAsync(string topic, int partition)
        => (await Client.SendAsync(new DescribeProducersRequest
        {
            Topics = [new DescribeProducersRequest.TopicRequest { Name = topic, PartitionIndexes = [partition] }],
        })).Topics.Single().Partitions.Single();

    private Task<ElectLeadersResponse> ElectAsync(string topic, int partition, sbyte type, short version) => Client.SendAsync(
        new ElectLeadersRequest
        {
            ElectionType = type, TopicPartitions = [new ElectLeadersRequest.TopicPartitionsData { Topic = topic, Partitions = [partition] }],
        },
        version);

    private async Task<AlterPartitionReassignmentsResponse.ReassignablePartitionResponse> ReassignAsync(string topic, int partition, int[]? replicas, short version = 1)
    {
        var asked = new AlterPartitionReassignmentsRequest.ReassignablePartition { PartitionIndex = partition, Replicas = replicas?.Select(static id => new BrokerId(id)).ToList() };
        return (await Client.SendAsync(
            new AlterPartitionReassignmentsRequest
            {
                Topics = [new AlterPartitionReassignmentsRequest.ReassignableTopic { Name = topic, Partitions = [asked] }],
            },
            version)).Responses.Single().Partitions.Single();
    }
}
