using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// AlterConfigs.
/// <code>
///   UNKNOWN_TOPIC_OR_PARTITION   A_topic_that_does_not_exist_is_unknown
///   INVALID_TOPIC_EXCEPTION      A_name_that_no_topic_can_have_is_invalid
///   INVALID_CONFIG               Values_must_be_valid
///   INVALID_REQUEST              What_makes_no_sense_is_refused, A_resource_twice_is_refused
///   TOPIC_, GROUP_, CLUSTER_AUTHORIZATION_FAILED   ConfigsAccessTests
///   NOT_CONTROLLER, BROKER_ID_NOT_REGISTERED, POLICY_VIOLATION   (need a second broker, or a policy)
/// </code>
/// </summary>
internal sealed class AlterConfigsTests : BrokerFixture
{
    private const sbyte TopicType = 2;
    private const sbyte BrokerType = 4;

    [Test]
    public async Task Every_version_replaces_all_values([Range(0, 2)] short version)
    {
        await CreateTopicAsync("orders", 1, ("retention.ms", "777"), ("segment.ms", "888"));
        Assert.That((await AlterAsync(TopicType, "orders", version, ("retention.bytes", "999"), ("segment.ms", "888"))).ErrorCode, Is.EqualTo(ErrorCode.None));
        await Eventually.UntilAsync(async () => await OverridesAsync("orders") is ["retention.bytes=999", "segment.ms=888"]);
    }

    [Test]
    public async Task Validating_changes_nothing()
    {
        await CreateTopicAsync("orders", 1, ("retention.ms", "777"));
        var request = Request(TopicType, "orders");
        request.ValidateOnly = true;
        Assert.That((await Client.SendAsync(request)).Responses.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(await OverridesAsync("orders"), Is.EqualTo(new[] { "retention.ms=777" }));
    }

    [Test]
    public async Task A_topic_that_does_not_exist_is_unknown()
    {
        var response = await AlterAsync(TopicType, "missing", 2);
        Assert.That((response.ErrorCode, response.ErrorMessage), Is.EqualTo((ErrorCode.UnknownTopicOrPartition, "The topic 'missing' does not exist.")));
    }

    [Test]
    public async Task A_name_that_no_topic_can_have_is_invalid()
        => Assert.That((await AlterAsync(TopicType, "a b", 2)).ErrorCode, Is.EqualTo(ErrorCode.InvalidTopicException));

    [TestCase("retention.ms", "soon")]
    [TestCase("no.such.key", "1")]
    public async Task Values_must_be_valid(string key, string value)
    {
        await CreateTopicAsync("orders");
        Assert.That((await AlterAsync(TopicType, "orders", 2, (key, value))).ErrorCode, Is.EqualTo(ErrorCode.InvalidConfig));
    }

    [TestCase(TopicType, "orders", "retention.ms", null, "Null value not supported for : retention.ms")]
    [TestCase(BrokerType, "999", "log.retention.ms", "1", "Unexpected broker id, expected 1, but received 999")]
    [TestCase(BrokerType, "1", "log.dirs", "/tmp", "Cannot update these configs dynamically: Set(log.dirs)")]
    [TestCase((sbyte)8, "1", "root", "INFO", "Unknown resource type 8")]
    public async Task What_makes_no_sense_is_refused(sbyte type, string name, string key, string? value, string message)
    {
        await CreateTopicAsync("orders");
        var response = await AlterAsync(type, name, 2, (key, value));
        Assert.That((response.ErrorCode, response.ErrorMessage), Is.EqualTo((ErrorCode.InvalidRequest, message)));
    }

    [Test]
    public async Task A_resource_twice_is_refused()
    {
        await CreateTopicAsync("orders");
        var request = Request(TopicType, "orders");
        request.Resources.Add(request.Resources[0]);
        Assert.That(
            (await Client.SendAsync(request)).Responses.Select(static response => (response.ErrorCode, response.ErrorMessage)),
            Is.EqualTo(Enumerable.Repeat((ErrorCode.InvalidRequest, "Each resource must appear at most once."), 2)));
    }

    private static AlterConfigsRequest Request(sbyte type, string name, params (string Key, string? Value)[] values) => new()
    {
        Resources =
        [
            new AlterConfigsRequest.AlterConfigsResource
            {
                ResourceType = type,
                ResourceName = name,
                Configs = [.. values.Select(static each => new AlterConfigsRequest.AlterableConfig { Name = each.Key, Value = each.Value })],
            },
        ],
    };

    private async Task<AlterConfigsResponse.AlterConfigsResourceResponse> AlterAsync(
        sbyte type, string name, short version, params (string Key, string? Value)[] values)
        => (await Client.SendAsync(Request(type, name, values), version)).Responses.Single();

    private async Task<string[]> OverridesAsync(string topic)
        => (await Client.SendAsync(new DescribeConfigsRequest
        {
            Resources = [new DescribeConfigsRequest.DescribeConfigsResource { ResourceType = TopicType, ResourceName = topic }],
        })).Results.Single().Configs.Where(static entry => entry.ConfigSource == 1).Select(static entry => $"{entry.Name}={entry.Value}").ToArray();
}
