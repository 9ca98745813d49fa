using Kafka.Modular.Metadata.Configs;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Tests;

/// <summary>Levels of features, and what they bring with them.</summary>
internal sealed class FeatureTests
{
    private readonly ControllerHarness _harness = new();

    [Test]
    public async Task The_version_of_the_quorum_is_the_quorums_to_change()
    {
        _harness.Lead();
        Assert.That((await UpdateAsync("kraft.version", 1, validateOnly: true)).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(_harness.KRaftVersion, Is.Zero);
        Assert.That((await UpdateAsync("kraft.version", 1)).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(_harness.KRaftVersion, Is.EqualTo(1));
        Assert.That(_harness.Log[^1].Message, Is.InstanceOf<NoOpRecord>());
    }

    [Test]
    public async Task Every_broker_must_support_a_level()
    {
        _harness.Lead();
        await _harness.AddBrokerAsync(2);
        Assert.That((await UpdateAsync("eligible.leader.replicas.version", 1)).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(_harness.Image.Features.IsEligibleLeaderReplicasEnabled, Is.True);
    }

    [Test]
    public async Task Eligible_leader_replicas_need_one_minimum_for_the_cluster()
    {
        _harness.Lead();
        await _harness.AddBrokerAsync(1);
        await AlterAsync(ConfigResourceType.Broker, "1", "2");
        await UpdateAsync("eligible.leader.replicas.version", 1);
        Assert.That(_harness.Image.Configs[ConfigResource.DefaultBroker].Values, Does.ContainKey("min.insync.replicas").WithValue("1"));
        Assert.That(_harness.Image.Configs[ConfigResource.Broker(1)].Values, Is.Empty);
        Assert.That(await AlterAsync(ConfigResourceType.Broker, "1", "2"), Is.EqualTo(ErrorCode.InvalidConfig));
        Assert.That(await AlterAsync(ConfigResourceType.Broker, "", null), Is.EqualTo(ErrorCode.InvalidConfig));
        Assert.That(await AlterAsync(ConfigResourceType.Broker, "", "2"), Is.EqualTo(ErrorCode.None));
        Assert.That(_harness.Log[^1].Message, Is.InstanceOf<ClearElrRecord>());
    }

    [Test]
    public async Task A_broker_that_is_forgotten_leads_nothing()
    {
        _harness.Lead();
        await _harness.AddBrokerAsync(1);
        await _harness.AddBrokerAsync(2);
        await _harness.CreateTopicAsync("orders", 4, 2);
        var response = await _harness.Run(_harness.Controller.UnregisterBrokerAsync(new UnregisterBrokerRequest { BrokerId = new BrokerId(2) }, CancellationToken.None));
        Assert.That(response!.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(_harness.Image.Cluster.TryGetBroker(2, out _), Is.False);
        Assert.That(_harness.Image.Topics.ByName["orders"].Partitions.Select(static entry => entry.Value.Leader), Is.All.EqualTo(1));
    }

    private async Task<UpdateFeaturesResponse> UpdateAsync(string feature, short level, bool validateOnly = false)
    {
        var updating = _harness.Controller.UpdateFeaturesAsync(
            new UpdateFeaturesRequest
            {
                ValidateOnly = validateOnly, FeatureUpdates = [new UpdateFeaturesRequest.FeatureUpdateKey { Feature = feature, MaxVersionLevel = level, UpgradeType = 1 }],
            },
            CancellationToken.None);
        while (!updating.IsCompleted)
        {
            _harness.Advance(TimeSpan.Zero);
            await Task.Yield();
        }

        return (await updating)!;
    }

    private async Task<ErrorCode> AlterAsync(ConfigResourceType type, string name, string? minimum)
    {
        var change = new IncrementalAlterConfigsRequest.AlterableConfig
        {
            Name = "min.insync.replicas", Value = minimum, ConfigOperation = (sbyte)(minimum is null ? 1 : 0),
        };
        var response = await _harness.Run(_harness.Controller.AlterConfigsAsync(
            new IncrementalAlterConfigsRequest
            {
                Resources = [new IncrementalAlterConfigsRequest.AlterConfigsResource { ResourceType = (sbyte)type, ResourceName = name, Configs = [change] }],
            },
            CancellationToken.None));
        return response!.Responses[0].ErrorCode;
    }
}
