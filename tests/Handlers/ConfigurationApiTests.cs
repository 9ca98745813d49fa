using System.Globalization;
using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// DescribeConfigs and IncrementalAlterConfigs.
/// <code>
/// DescribeConfigs
///   UNKNOWN_TOPIC_OR_PARTITION   A_topic_that_does_not_exist_is_unknown
///   INVALID_TOPIC_EXCEPTION      A_name_that_no_topic_can_have_is_invalid
///   INVALID_REQUEST              Another_brokers_configuration_is_refused
/// IncrementalAlterConfigs
///   UNKNOWN_TOPIC_OR_PARTITION   A_topic_that_does_not_exist_is_unknown
///   INVALID_CONFIG               Values_must_be_valid, Only_lists_can_be_added_to
///   INVALID_REQUEST              A_key_or_resource_twice_is_refused, Keys_that_cannot_change_while_the_broker_runs_are_refused
///   NOT_CONTROLLER, POLICY_VIOLATION   (need a second broker, or a policy)
/// </code>
/// </summary>
internal sealed class ConfigurationApiTests : BrokerFixture
{
    private const sbyte TopicType = 2;
    private const sbyte BrokerType = 4;
    private const sbyte Set = 0;
    private const sbyte Delete = 1;
    private const sbyte Append = 2;
    private const sbyte Subtract = 3;

    [Test]
    public async Task Every_version_describes_a_topic([Range(1, 4)] short version)
    {
        await CreateTopicAsync("orders", 1, ("retention.ms", "12345"));
        var entries = (await DescribeAsync(TopicType, "orders", version: version)).Configs;
        var retention = entries.Single(static entry => entry.Name == "retention.ms");
        var policy = entries.Single(static entry => entry.Name == "cleanup.policy");
        Assert.That((retention.Value, retention.ConfigSource), Is.EqualTo(("12345", (sbyte)1)));
        Assert.That((policy.Value, policy.ConfigSource), Is.EqualTo(("delete", (sbyte)5)));
    }

    [Test]
    public async Task Only_the_keys_that_are_asked_for_come()
    {
        await CreateTopicAsync("orders");
        var entries = (await DescribeAsync(TopicType, "orders", keys: ["retention.ms", "no.such.key"])).Configs;
        Assert.That(entries.Select(static entry => entry.Name), Is.EqualTo(new[] { "retention.ms" }));
    }

    [Test]
    public async Task This_broker_is_described()
    {
        var entries = (await DescribeAsync(BrokerType, await BrokerIdAsync())).Configs;
        var partitions = entries.Single(static entry => entry.Name == "num.partitions");
        Assert.That(partitions.Value, Is.EqualTo("1"));
        Assert.That(partitions.Documentation, Is.Not.Empty);
    }

    [Test]
    public async Task Another_brokers_configuration_is_refused()
        => Assert.That((await DescribeAsync(BrokerType, "999")).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));

    [Test]
    public async Task A_topic_that_does_not_exist_is_unknown()
    {
        Assert.That((await DescribeAsync(TopicType, "missing")).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        Assert.That((await AlterAsync(TopicType, "missing", (Set, "retention.ms", "1"))).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
    }

    [Test]
    public async Task A_name_that_no_topic_can_have_is_invalid()
        => Assert.That((await DescribeAsync(TopicType, "a b")).ErrorCode, Is.EqualTo(ErrorCode.InvalidTopicException));

    [Test]
    public async Task A_topics_value_is_set_and_removed([Values((short)0, (short)1)] short version)
    {
        await CreateTopicAsync("orders");
        Assert.That((await AlterAsync(TopicType, "orders", version, (Set, "retention.ms", "777"))).ErrorCode, Is.EqualTo(ErrorCode.None));
        await Eventually.UntilAsync(async () => await ValueAsync("retention.ms") == "777");
        await AlterAsync(TopicType, "orders", version, (Delete, "retention.ms", null));
        await Eventually.UntilAsync(async () => await ValueAsync("retention.ms") == "604800000");
    }

    [Test]
    public async Task Lists_are_added_to_and_taken_from()
    {
        await CreateTopicAsync("orders");
        Assert.That((await AlterAsync(TopicType, "orders", (Append, "cleanup.policy", "compact"))).ErrorCode, Is.EqualTo(ErrorCode.None));
        await Eventually.UntilAsync(async () => await ValueAsync("cleanup.policy") == "delete,compact");
        await AlterAsync(TopicType, "orders", (Subtract, "cleanup.policy", "delete"));
        await Eventually.UntilAsync(async () => await ValueAsync("cleanup.policy") == "compact");
    }

    [Test]
    public async Task A_change_counts_for_the_next_batch()
    {
        await CreateTopicAsync("orders");
        await AlterAsync(TopicType, "orders", (Set, "max.message.bytes", "100"));
        await Eventually.UntilAsync(async () => (await ProduceAsync("orders", Batch(new string('x', 200)))).ErrorCode == ErrorCode.MessageTooLarge);
    }

    [Test]
    public async Task Validating_changes_nothing()
    {
        await CreateTopicAsync("orders");
        var request = Request(TopicType, "orders", (Set, "retention.ms", "777"));
        request.ValidateOnly = true;
        Assert.That((await Client.SendAsync(request)).Responses.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(await ValueAsync("retention.ms"), Is.EqualTo("604800000"));
    }

    [TestCase("retention.ms", "soon")]
    [TestCase("no.such.key", "1")]
    public async Task Values_must_be_valid(string key, string value)
    {
        await CreateTopicAsync("orders");
        Assert.That((await AlterAsync(TopicType, "orders", (Set, key, value))).ErrorCode, Is.EqualTo(ErrorCode.InvalidConfig));
    }

    [Test]
    public async Task Only_lists_can_be_added_to()
    {
        await CreateTopicAsync("orders");
        Assert.That((await AlterAsync(TopicType, "orders", (Append, "retention.ms", "1"))).ErrorCode, Is.EqualTo(ErrorCode.InvalidConfig));
    }

    [Test]
    public async Task A_key_or_resource_twice_is_refused()
    {
        await CreateTopicAsync("orders");
        Assert.That(
            (await AlterAsync(TopicType, "orders", (Set, "retention.ms", "1"), (Set, "retention.ms", "2"))).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        var request = Request(TopicType, "orders", (Set, "retention.ms", "1"));
        request.Resources.Add(request.Resources[0]);
        Assert.That((await Client.SendAsync(request)).Responses.Single().ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [Test]
    public async Task Keys_that_cannot_change_while_the_broker_runs_are_refused()
        => Assert.That((await AlterAsync(BrokerType, await BrokerIdAsync(), (Set, "log.dirs", "/tmp"))).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));

    private static IncrementalAlterConfigsRequest Request(sbyte type, string name, params (sbyte Operation, string Key, string? Value)[] changes) => new()
    {
        Resources =
        [
            new IncrementalAlterConfigsRequest.AlterConfigsResource
            {
                ResourceType = type,
                ResourceName = name,
                Configs =
                [
                    .. changes.Select(static change => new IncrementalAlterConfigsRequest.AlterableConfig
                    {
                        Name = change.Key, ConfigOperation = change.Operation, Value = change.Value,
                    }),
                ],
            },
        ],
    };

    private async Task<string> BrokerIdAsync()
        => (await Client.SendAsync(new MetadataRequest { Topics = [] })).Brokers.Single().NodeId.Value.ToString(CultureInfo.InvariantCulture);

    private async Task<string?> ValueAsync(string key) => (await DescribeAsync(TopicType, "orders", keys: [key])).Configs.Single().Value;

    private Task<IncrementalAlterConfigsResponse.AlterConfigsResourceResponse> AlterAsync(
        sbyte type, string name, params (sbyte Operation, string Key, string? Value)[] changes) => AlterAsync(type, name, 1, changes);

    private async Task<IncrementalAlterConfigsResponse.AlterConfigsResourceResponse> AlterAsync(
        sbyte type, string name, short version, params (sbyte Operation, string Key, string? Value)[] changes)
        => (await Client.SendAsync(Request(type, name, changes), version)).Responses.Single();

    private async Task<DescribeConfigsResponse.DescribeConfigsResult> DescribeAsync(sbyte type, string name, List<string>? keys = null, short version = 4)
        => (await Client.SendAsync(
            new DescribeConfigsRequest
            {
                Resources = [new DescribeConfigsRequest.DescribeConfigsResource { ResourceType = type, ResourceName = name, ConfigurationKeys = keys }],
                IncludeDocumentation = version >= 3,
            },
            version)).Results.Single();
}
