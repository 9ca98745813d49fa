using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// ListConfigResources.
/// <code>
///   UNSUPPORTED_VERSION            Types_that_nobody_knows_are_refused
///   CLUSTER_AUTHORIZATION_FAILED   ConfigsAccessTests
/// </code>
/// </summary>
internal sealed class ListConfigResourcesTests : BrokerFixture
{
    [Test]
    public async Task Everything_that_can_be_configured_is_listed()
    {
        await PrepareAsync();
        Assert.That(await ListAsync(), Is.EquivalentTo(new (sbyte, string)[] { (2, "orders"), (4, "1"), (8, "1"), (16, "sub"), (32, "readers") }));
    }

    [TestCase((sbyte)2, "orders")]
    [TestCase((sbyte)16, "sub")]
    [TestCase((sbyte)32, "readers")]
    public async Task Only_the_types_that_are_asked_for_come(sbyte type, string name)
    {
        await PrepareAsync();
        Assert.That(await ListAsync(type), Is.EqualTo(new[] { (type, name) }));
    }

    [Test]
    public async Task The_first_version_lists_subscriptions_alone()
    {
        await PrepareAsync();
        var response = await Client.SendAsync(new ListConfigResourcesRequest(), 0);
        Assert.That(response.ConfigResources.Select(static resource => resource.ResourceName), Is.EqualTo(new[] { "sub" }));
    }

    [Test]
    public async Task Types_that_nobody_knows_are_refused()
        => Assert.That((await Client.SendAsync(new ListConfigResourcesRequest { ResourceTypes = [2, 99] })).ErrorCode, Is.EqualTo(ErrorCode.UnsupportedVersion));

    private async Task PrepareAsync()
    {
        await CreateTopicAsync("orders");
        var request = new IncrementalAlterConfigsRequest();
        foreach (var (type, name, key) in new (sbyte, string, string)[] { (16, "sub", "interval.ms"), (32, "readers", "consumer.session.timeout.ms") })
        {
            request.Resources.Add(new IncrementalAlterConfigsRequest.AlterConfigsResource
            {
                ResourceType = type, ResourceName = name, Configs = [new IncrementalAlterConfigsRequest.AlterableConfig { Name = key, Value = "50000" }],
            });
        }

        Assert.That((await Client.SendAsync(request)).Responses.Select(static response => response.ErrorCode), Is.All.EqualTo(ErrorCode.None));
        await Eventually.UntilAsync(async () => (await ListAsync(32)).Count == 1);
    }

    private async Task<List<(sbyte Type, string Name)>> ListAsync(params sbyte[] types)
        => [.. (await Client.SendAsync(new ListConfigResourcesRequest { ResourceTypes = [.. types] })).ConfigResources.Select(static resource => (resource.ResourceType, resource.ResourceName))];
}
