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
///   INVALID_REQUEST              Resources_that_cannot_be_described_are_refused, An_unknown_type_refuses_the_whole_request
///   TOPIC_, GROUP_, CLUSTER_AUTHORIZATION_FAILED   ConfigsAccessTests
/// IncrementalAlterConfigs
///   UNKNOWN_TOPIC_OR_PARTITION   A_topic_that_does_not_exist_is_unknown
///   INVALID_CONFIG               Values_must_be_valid, Only_lists_can_be_added_to, Groups_values_are_checked, A_logger_that_does_not_exist_has_no_level
///   INVALID_REQUEST              A_key_or_resource_twice_is_refused, Keys_that_cannot_change_while_the_broker_runs_are_refused,
///                                Subscriptions_values_are_checked, Resources_that_cannot_be_changed_are_refused, Loggers_levels_are_checked
///   TOPIC_, GROUP_, CLUSTER_AUTHORIZATION_FAILED   ConfigsAccessTests
///   NOT_CONTROLLER, BROKER_ID_NOT_REGISTERED, POLICY_VIOLATION   (need a second broker, or a policy)
/// </code>
/// </summary>
internal sealed class ConfigurationApiTests : BrokerFixture
{
    private const sbyte TopicType = 2;
    private const sbyte BrokerType = 4;
    private const sbyte LoggerType = 8;
    private const sbyte MetricsType = 16;
    private const sbyte GroupType = 32;
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

    [TestCase(BrokerType, "999", "Unexpected broker id, expected 1 or empty string, but received 999")]
    [TestCase(BrokerType, "one", "Broker id must be an integer, but it is: one")]
    [TestCase(LoggerType, "", "Broker id must not be empty")]
    [TestCase(LoggerType, "999", "Unexpected broker id, expected 1 but received 999")]
    [TestCase(MetricsType, "", "Client metrics subscription name must not be empty")]
    [TestCase(GroupType, "", "Group name must not be empty")]
    public async Task Resources_that_cannot_be_described_are_refused(sbyte type, string name, string message)
    {
        var result = await DescribeAsync(type, name);
        Assert.That((result.ErrorCode, result.ErrorMessage), Is.EqualTo((ErrorCode.InvalidRequest, message)));
    }

    [Test]
    public async Task An_unknown_type_refuses_the_whole_request()
    {
        await CreateTopicAsync("orders");
        var request = new DescribeConfigsRequest
        {
            Resources =
            [
                new DescribeConfigsRequest.DescribeConfigsResource { ResourceType = TopicType, ResourceName = "orders" },
                new DescribeConfigsRequest.DescribeConfigsResource { ResourceType = 99, ResourceName = "x" },
            ],
        };
        Assert.That(
            (await Client.SendAsync(request)).Results.Select(static result => (result.ErrorCode, result.ErrorMessage)),
            Is.All.EqualTo((ErrorCode.InvalidRequest, "Unexpected resource type UNKNOWN for resource x")));
    }

    [Test]
    public async Task Synonyms_come_strongest_first_when_they_are_asked_for()
    {
        await CreateTopicAsync("orders", 1, ("min.insync.replicas", "1"));
        var entry = (await DescribeAsync(TopicType, "orders", keys: ["cleanup.policy"], synonyms: true)).Configs.Single();
        Assert.That(
            entry.Synonyms.Select(static synonym => (synonym.Name, synonym.Value, synonym.Source)),
            Is.EqualTo(new (string, string?, sbyte)[] { ("log.cleanup.policy", "delete", 5) }));
        Assert.That((await DescribeAsync(TopicType, "orders", keys: ["cleanup.policy"])).Configs.Single().Synonyms, Is.Empty);
        entry = (await DescribeAsync(TopicType, "orders", keys: ["min.insync.replicas"], synonyms: true)).Configs.Single();
        Assert.That(entry.Synonyms.Select(static synonym => synonym.Source), Is.EqualTo(new sbyte[] { 1, 5 }));
    }

    [Test]
    public async Task A_brokers_value_may_be_changed_for_it_or_for_all()
    {
        var broker = await BrokerIdAsync();
        Assert.That((await AlterAsync(BrokerType, "", (Set, "log.retention.ms", "1000"))).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((await AlterAsync(BrokerType, broker, (Set, "log.retention.ms", "2000"))).ErrorCode, Is.EqualTo(ErrorCode.None));
        await Eventually.UntilAsync(async () => (await DescribeAsync(BrokerType, broker, ["log.retention.ms"])).Configs.Single().Value == "2000");
        var entry = (await DescribeAsync(BrokerType, broker, ["log.retention.ms"], synonyms: true)).Configs.Single();
        Assert.That((entry.ConfigSource, entry.ReadOnly), Is.EqualTo(((sbyte)2, false)));
        Assert.That(
            entry.Synonyms.Select(static synonym => (synonym.Name, synonym.Value, synonym.Source)),
            Is.EqualTo(new (string, string?, sbyte)[] { ("log.retention.ms", "2000", 2), ("log.retention.ms", "1000", 3), ("log.retention.hours", "168", 5) }));
        var defaults = (await DescribeAsync(BrokerType, "")).Configs;
        Assert.That(defaults.Single(static each => each.Name == "log.retention.ms").Value, Is.EqualTo("1000"));
    }

    [Test]
    public async Task What_cannot_change_is_read_only_and_what_is_secret_is_hidden()
    {
        var entries = (await DescribeAsync(BrokerType, await BrokerIdAsync())).Configs;
        Assert.That(entries.Single(static entry => entry.Name == "log.dirs").ReadOnly, Is.True);
        var password = entries.Single(static entry => entry.Name == "ssl.key.password");
        Assert.That((password.IsSensitive, password.Value, password.ConfigType), Is.EqualTo((true, (string?)null, (sbyte)9)));
    }

    [Test]
    public async Task A_groups_values_are_set_and_described()
    {
        Assert.That((await AlterAsync(GroupType, "readers", (Set, "consumer.session.timeout.ms", "50000"))).ErrorCode, Is.EqualTo(ErrorCode.None));
        await Eventually.UntilAsync(async () => (await DescribeAsync(GroupType, "readers", ["consumer.session.timeout.ms"])).Configs.Single().Value == "50000");
        var entries = (await DescribeAsync(GroupType, "readers")).Configs;
        Assert.That(entries.Single(static entry => entry.Name == "consumer.session.timeout.ms").ConfigSource, Is.EqualTo(8));
        Assert.That(entries.Single(static entry => entry.Name == "consumer.heartbeat.interval.ms").ConfigSource, Is.EqualTo(5));
    }

    [TestCase("consumer.session.timeout.ms", "1")]
    [TestCase("no.such.key", "1")]
    public async Task Groups_values_are_checked(string key, string value)
        => Assert.That((await AlterAsync(GroupType, "readers", (Set, key, value))).ErrorCode, Is.EqualTo(ErrorCode.InvalidConfig));

    [Test]
    public async Task A_subscriptions_values_are_set_and_described()
    {
        Assert.That((await AlterAsync(MetricsType, "sub", (Set, "interval.ms", "1000"), (Append, "metrics", "org.apache."))).ErrorCode, Is.EqualTo(ErrorCode.None));
        await Eventually.UntilAsync(async () => (await DescribeAsync(MetricsType, "sub", ["interval.ms"])).Configs.Single().Value == "1000");
        var entries = (await DescribeAsync(MetricsType, "sub")).Configs;
        Assert.That(entries.Select(static entry => (entry.Name, entry.Value, entry.ConfigSource)), Does.Contain(("metrics", "org.apache.", (sbyte)7)));
    }

    [TestCase("interval.ms", "1")]
    [TestCase("no.such.key", "1")]
    public async Task Subscriptions_values_are_checked(string key, string value)
        => Assert.That((await AlterAsync(MetricsType, "sub", (Set, key, value))).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));

    [TestCase(BrokerType, "999", "Unexpected broker id, expected 1, but received 999")]
    [TestCase(BrokerType, "one", "Node id must be an integer, but it is: one")]
    [TestCase(LoggerType, "999", "Unexpected node id. Expected 1, but received 999")]
    [TestCase(TopicType, "", "Default topic resources are not allowed.")]
    [TestCase(GroupType, "", "Default group resources are not allowed.")]
    [TestCase((sbyte)99, "x", "Unknown resource type 99")]
    public async Task Resources_that_cannot_be_changed_are_refused(sbyte type, string name, string message)
    {
        var response = await AlterAsync(type, name, (Delete, "retention.ms", null));
        Assert.That((response.ErrorCode, response.ErrorMessage), Is.EqualTo((ErrorCode.InvalidRequest, message)));
    }

    [Test]
    public async Task A_loggers_level_is_set_for_those_below_it_and_taken_back()
    {
        var broker = await BrokerIdAsync();
        Assert.That((await DescribeAsync(LoggerType, broker, ["root"])).Configs.Single().Value, Is.EqualTo("INFO"));
        Assert.That((await AlterAsync(LoggerType, broker, (Set, "kafka.server.KafkaApis", "ERROR"))).ErrorCode, Is.EqualTo(ErrorCode.None));
        var entry = (await DescribeAsync(LoggerType, broker, ["kafka.server.KafkaApis"])).Configs.Single();
        Assert.That((entry.Value, entry.ConfigSource), Is.EqualTo(("ERROR", (sbyte)6)));
        Assert.That((await AlterAsync(LoggerType, broker, (Delete, "kafka.server.KafkaApis", null))).ErrorCode, Is.EqualTo(ErrorCode.None));
        await AlterAsync(LoggerType, broker, (Set, "root", "WARN"));
        Assert.That((await DescribeAsync(LoggerType, broker)).Configs.Select(static each => each.Value), Is.All.EqualTo("WARN"));
    }

    [Test]
    public async Task A_logger_that_does_not_exist_has_no_level()
    {
        var response = await AlterAsync(LoggerType, await BrokerIdAsync(), (Set, "no.such.logger", "INFO"));
        Assert.That((response.ErrorCode, response.ErrorMessage), Is.EqualTo((ErrorCode.InvalidConfig, "Logger no.such.logger does not exist!")));
    }

    [TestCase(Set, "LOUD", ErrorCode.InvalidConfig)]
    [TestCase(Append, "INFO", ErrorCode.InvalidRequest)]
    [TestCase(Subtract, "INFO", ErrorCode.InvalidRequest)]
    [TestCase(Delete, null, ErrorCode.InvalidRequest)]
    public async Task Loggers_levels_are_checked(sbyte operation, string? level, ErrorCode error)
        => Assert.That((await AlterAsync(LoggerType, await BrokerIdAsync(), (operation, "root", level))).ErrorCode, Is.EqualTo(error));

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
        Assert.That(
            (await Client.SendAsync(request)).Responses.Select(static response => (response.ErrorCode, response.ErrorMessage)),
            Is.All.EqualTo((ErrorCode.InvalidRequest, "Each resource must appear at most once.")));
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

    private async Task<DescribeConfigsResponse.DescribeConfigsResult> DescribeAsync(sbyte type, string name, List<string>? keys = null, short version = 4, bool synonyms = false)
        => (await Client.SendAsync(
            new DescribeConfigsRequest
            {
                Resources = [new DescribeConfigsRequest.DescribeConfigsResource { ResourceType = type, ResourceName = name, ConfigurationKeys = keys }],
                IncludeDocumentation = version >= 3,
                IncludeSynonyms = synonyms,
            },
            version)).Results.Single();
}
