using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// <code>
/// TOPIC_ALREADY_EXISTS         A_topic_is_created_once
/// INVALID_TOPIC_EXCEPTION      Names_that_cannot_be_are_refused, A_name_that_collides_in_metrics_is_refused
/// INVALID_PARTITIONS           Counts_must_be_positive
/// INVALID_REPLICATION_FACTOR   Counts_must_be_positive, More_replicas_than_brokers_are_refused
/// INVALID_REPLICA_ASSIGNMENT   Assignments_must_be_whole
/// INVALID_REQUEST              A_name_twice_is_refused, An_assignment_leaves_the_counts_open, The_metadata_log_cannot_be_created
/// TOPIC_AUTHORIZATION_FAILED   TopicsAccessTests
/// INVALID_CONFIG               Configurations_must_be_valid
/// POLICY_VIOLATION             Too_many_partitions_in_one_request_are_refused
/// NOT_CONTROLLER, REQUEST_TIMED_OUT, THROTTLING_QUOTA_EXCEEDED   (need a second broker, or quotas)
/// </code>
/// </summary>
internal sealed class CreateTopicsTests : BrokerFixture
{
    [Test]
    public async Task Every_version_creates([Range(2, 7)] short version)
    {
        var created = await CreateAsync(Topic(partitions: 3, replicas: 1), version: version);
        Assert.That(created.ErrorCode, Is.EqualTo(ErrorCode.None));
        if (version >= 5)
        {
            Assert.That((created.NumPartitions, created.ReplicationFactor), Is.EqualTo((3, (short)1)));
            Assert.That(created.Configs!.Select(static config => config.Name), Does.Contain("retention.ms"));
        }

        if (version >= 7)
        {
            Assert.That(created.TopicId, Is.Not.EqualTo(Uuid.Zero));
        }

        Assert.That((await ProduceAsync("orders", Batch("a"), partition: 2)).ErrorCode, Is.EqualTo(ErrorCode.None), "it can be used at once");
    }

    [Test]
    public async Task Defaults_count_where_nothing_is_said()
    {
        var created = await CreateAsync(Topic());
        Assert.That((created.NumPartitions, created.ReplicationFactor, created.ErrorMessage), Is.EqualTo((1, (short)1, (string?)null)));
    }

    [Test]
    public async Task Validating_creates_nothing()
    {
        Assert.That((await CreateAsync(Topic(), validateOnly: true)).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((await CreateAsync(Topic())).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_topic_is_created_once()
    {
        await CreateAsync(Topic());
        var again = await CreateAsync(Topic());
        Assert.That((again.ErrorCode, again.ErrorMessage), Is.EqualTo((ErrorCode.TopicAlreadyExists, "Topic 'orders' already exists.")));
    }

    [TestCase("")]
    [TestCase(".")]
    [TestCase("a b")]
    [TestCase("ä")]
    public async Task Names_that_cannot_be_are_refused(string name)
        => Assert.That((await CreateAsync(Topic(name))).ErrorCode, Is.EqualTo(ErrorCode.InvalidTopicException));

    [Test]
    public async Task A_name_that_collides_in_metrics_is_refused()
    {
        await CreateAsync(Topic("a.b"));
        Assert.That((await CreateAsync(Topic("a_b"))).ErrorCode, Is.EqualTo(ErrorCode.InvalidTopicException));
    }

    [Test]
    public async Task Counts_must_be_positive()
    {
        Assert.That((await CreateAsync(Topic(partitions: 0))).ErrorCode, Is.EqualTo(ErrorCode.InvalidPartitions));
        Assert.That((await CreateAsync(Topic(partitions: -2))).ErrorCode, Is.EqualTo(ErrorCode.InvalidPartitions));
        Assert.That((await CreateAsync(Topic(replicas: 0))).ErrorCode, Is.EqualTo(ErrorCode.InvalidReplicationFactor));
    }

    [Test]
    public async Task More_replicas_than_brokers_are_refused()
    {
        var refused = await CreateAsync(Topic(replicas: 3));
        Assert.That(refused.ErrorCode, Is.EqualTo(ErrorCode.InvalidReplicationFactor));
        Assert.That(
            refused.ErrorMessage,
            Is.EqualTo("Unable to replicate the partition 3 time(s): The target replication factor of 3 cannot be reached because only 1 broker(s) are registered."));
    }

    [Test]
    public async Task An_assignment_is_taken_as_it_is()
    {
        var broker = await BrokerIdAsync();
        var created = await CreateAsync(Assigned(-1, -1, (0, [broker]), (1, [broker])));
        Assert.That((created.ErrorCode, created.NumPartitions), Is.EqualTo((ErrorCode.None, 2)));
    }

    [Test]
    public async Task Assignments_must_be_whole()
    {
        var broker = await BrokerIdAsync();
        Assert.Multiple(async () =>
        {
            Assert.That((await CreateAsync(Assigned(-1, -1, (1, [broker])))).ErrorCode, Is.EqualTo(ErrorCode.InvalidReplicaAssignment), "does not begin with 0");
            Assert.That((await CreateAsync(Assigned(-1, -1, (0, [broker]), (0, [broker])))).ErrorCode, Is.EqualTo(ErrorCode.InvalidReplicaAssignment), "twice");
            Assert.That((await CreateAsync(Assigned(-1, -1, (0, [broker, broker])))).ErrorCode, Is.EqualTo(ErrorCode.InvalidReplicaAssignment), "one broker twice");
            Assert.That((await CreateAsync(Assigned(-1, -1, (0, [])))).ErrorCode, Is.EqualTo(ErrorCode.InvalidReplicaAssignment), "empty");
            Assert.That((await CreateAsync(Assigned(-1, -1, (0, [999])))).ErrorCode, Is.EqualTo(ErrorCode.InvalidReplicaAssignment), "unknown broker");
        });
    }

    [Test]
    public async Task An_assignment_leaves_the_counts_open()
    {
        var broker = await BrokerIdAsync();
        Assert.That((await CreateAsync(Assigned(1, -1, (0, [broker])))).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That((await CreateAsync(Assigned(-1, 1, (0, [broker])))).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [Test]
    public async Task A_name_twice_is_refused()
    {
        var response = await Client.SendAsync(new CreateTopicsRequest { Topics = [Topic(), Topic()] });
        Assert.That(response.Topics.Single().ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [TestCase("retention.ms", "soon")]
    [TestCase("no.such.key", "1")]
    [TestCase("cleanup.policy", "shred")]
    public async Task Configurations_must_be_valid(string key, string value)
    {
        var topic = Topic();
        topic.Configs.Add(new CreateTopicsRequest.CreatableTopicConfig { Name = key, Value = value });
        var refused = await CreateAsync(topic);
        Assert.That(refused.ErrorCode, Is.EqualTo(ErrorCode.InvalidConfig));
        Assert.That(refused.ErrorMessage, Does.Contain(key));
    }

    [Test]
    public async Task Too_many_partitions_in_one_request_are_refused()
        => Assert.That((await CreateAsync(Topic(partitions: 10_001))).ErrorCode, Is.EqualTo(ErrorCode.PolicyViolation));

    [Test]
    public async Task The_metadata_log_cannot_be_created()
        => Assert.That((await CreateAsync(Topic("__cluster_metadata"))).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));

    private static CreateTopicsRequest.CreatableTopic Topic(string name = "orders", int partitions = -1, short replicas = -1)
        => new() { Name = name, NumPartitions = partitions, ReplicationFactor = replicas };

    private static CreateTopicsRequest.CreatableTopic Assigned(int partitions, short replicas, params (int Index, int[] Brokers)[] assignments)
    {
        var topic = Topic(partitions: partitions, replicas: replicas);
        foreach (var (index, brokers) in assignments)
        {
            topic.Assignments.Add(new CreateTopicsRequest.CreatableReplicaAssignment
            {
                PartitionIndex = index, BrokerIds = [.. brokers.Select(static id => new BrokerId(id))],
            });
        }

        return topic;
    }

    private async Task<int> BrokerIdAsync() => (await Client.SendAsync(new MetadataRequest { Topics = [] })).Brokers.Single().NodeId.Value;

    private async Task<CreateTopicsResponse.CreatableTopicResult> CreateAsync(
        CreateTopicsRequest.CreatableTopic topic, bool validateOnly = false, short? version = null)
        => (await Client.SendAsync(new CreateTopicsRequest { Topics = [topic], TimeoutMs = 10_000, ValidateOnly = validateOnly }, version)).Topics.Single();
}
