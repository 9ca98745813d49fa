using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// <code>
/// UNKNOWN_TOPIC_OR_PARTITION   A_topic_that_does_not_exist_is_unknown
/// INVALID_PARTITIONS           A_count_that_is_no_increase_is_refused
/// INVALID_REPLICA_ASSIGNMENT   Assignments_must_match_the_increase
/// INVALID_REQUEST              A_topic_twice_is_refused
/// POLICY_VIOLATION             More_than_one_request_may_add_are_refused
/// TOPIC_AUTHORIZATION_FAILED   TopicsAccessTests
/// NOT_CONTROLLER, REQUEST_TIMED_OUT, REASSIGNMENT_IN_PROGRESS   (need a second broker)
/// </code>
/// </summary>
internal sealed class CreatePartitionsTests : BrokerFixture
{
    [Test]
    public async Task Every_version_adds_partitions_that_can_be_used_at_once([Range(0, 3)] short version)
    {
        await CreateTopicAsync("orders");
        Assert.That((await AddAsync(3, version: version)).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((await ProduceAsync("orders", Batch("a"), partition: 2)).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Validating_adds_nothing()
    {
        await CreateTopicAsync("orders");
        Assert.That((await AddAsync(3, validateOnly: true)).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((await ProduceAsync("orders", Batch("a"), partition: 2)).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
    }

    [Test]
    public async Task A_topic_that_does_not_exist_is_unknown()
        => Assert.That((await AddAsync(3)).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));

    [TestCase(2, "Topic already has 2 partition(s).")]
    [TestCase(1, "The topic orders currently has 2 partition(s); 1 would not be an increase.")]
    public async Task A_count_that_is_no_increase_is_refused(int count, string message)
    {
        await CreateTopicAsync("orders", 2);
        var refused = await AddAsync(count);
        Assert.That((refused.ErrorCode, refused.ErrorMessage), Is.EqualTo((ErrorCode.InvalidPartitions, message)));
    }

    [Test]
    public async Task Assignments_must_match_the_increase()
    {
        await CreateTopicAsync("orders");
        Assert.That((await AddAsync(3, assignments: [[999]])).ErrorCode, Is.EqualTo(ErrorCode.InvalidReplicaAssignment), "one for two");
        Assert.That((await AddAsync(2, assignments: [[999]])).ErrorCode, Is.EqualTo(ErrorCode.InvalidReplicaAssignment), "unknown broker");
    }

    [TestCase(10_002)]
    [TestCase(int.MaxValue)]
    public async Task More_than_one_request_may_add_are_refused(int count)
    {
        await CreateTopicAsync("orders");
        var refused = await AddAsync(count);
        Assert.That((refused.ErrorCode, refused.ErrorMessage), Is.EqualTo((ErrorCode.PolicyViolation, "Excessively large number of partitions per request.")));
        Assert.That((await AddAsync(2)).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_topic_twice_is_refused()
    {
        await CreateTopicAsync("orders");
        var topic = new CreatePartitionsRequest.CreatePartitionsTopic { Name = "orders", Count = 2, Assignments = null };
        var response = await Client.SendAsync(new CreatePartitionsRequest { Topics = [topic, topic], TimeoutMs = 1_000 });
        Assert.That(response.Results.Single().ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    private async Task<CreatePartitionsResponse.CreatePartitionsTopicResult> AddAsync(
        int count, bool validateOnly = false, short? version = null, int[][]? assignments = null)
    {
        var topic = new CreatePartitionsRequest.CreatePartitionsTopic { Name = "orders", Count = count, Assignments = null };
        if (assignments is not null)
        {
            topic.Assignments =
            [
                .. assignments.Select(static brokers => new CreatePartitionsRequest.CreatePartitionsAssignment
                {
                    BrokerIds = [.. brokers.Select(static id => new BrokerId(id))],
                }),
            ];
        }

        return (await Client.SendAsync(new CreatePartitionsRequest { Topics = [topic], TimeoutMs = 10_000, ValidateOnly = validateOnly }, version)).Results.Single();
    }
}
