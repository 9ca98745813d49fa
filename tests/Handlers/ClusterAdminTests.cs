using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// DescribeQuorum, UpdateFeatures and UnregisterBroker.
/// <code>
/// DescribeQuorum
///   UNKNOWN_TOPIC_OR_PARTITION   There_is_one_quorum_only
///   NOT_LEADER_OR_FOLLOWER, BROKER_NOT_AVAILABLE   (need a second controller; tests of the module Raft)
/// UpdateFeatures
///   INVALID_UPDATE_VERSION       Updates_that_cannot_be_are_refused_together
/// UnregisterBroker
///   BROKER_ID_NOT_REGISTERED     A_broker_that_is_not_registered_cannot_be_forgotten
/// All
///   CLUSTER_AUTHORIZATION_FAILED   ClusterAccessTests
///   NOT_CONTROLLER               (needs a second controller)
/// </code>
/// </summary>
internal sealed class ClusterAdminTests : BrokerFixture
{
    private const short LatestMetadataVersion = 29;

    [Test]
    public async Task Every_version_describes_the_quorum([Range(0, 2)] short version)
    {
        var response = await DescribeAsync("__cluster_metadata", 0, version);
        var partition = response.Topics.Single().Partitions.Single();
        var voter = partition.CurrentVoters.Single();
        Assert.That((response.ErrorCode, partition.ErrorCode, partition.LeaderId.Value, voter.ReplicaId.Value), Is.EqualTo((ErrorCode.None, ErrorCode.None, 1, 1)));
        Assert.That(partition.HighWatermark, Is.GreaterThan(0));
        Assert.That(voter.LogEndOffset, Is.GreaterThanOrEqualTo(partition.HighWatermark));
        Assert.That(partition.Observers, Is.Empty);
        Assert.That(voter.LastCaughtUpTimestamp, version >= 1 ? Is.GreaterThan(0) : Is.EqualTo(-1));
        Assert.That(response.Nodes, Has.Count.EqualTo(version >= 2 ? 1 : 0));
        Assert.That(voter.ReplicaDirectoryId != default, Is.EqualTo(version >= 2));
    }

    [TestCase("orders", 0)]
    [TestCase("__cluster_metadata", 1)]
    public async Task There_is_one_quorum_only(string topic, int partition)
    {
        var answer = (await DescribeAsync(topic, partition)).Topics.Single().Partitions.Single();
        Assert.That(answer.ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        Assert.That(answer.ErrorMessage, Is.Not.Empty);
    }

    [Test]
    public async Task A_feature_stays_at_its_level([Range(0, 2)] short version)
    {
        var response = await UpdateAsync(version, ("metadata.version", LatestMetadataVersion, 1));
        Assert.That((response.ErrorCode, response.ErrorMessage), Is.EqualTo((ErrorCode.None, (string?)null)));
        Assert.That(response.Results.Select(static result => result.Feature), Is.EqualTo(version <= 1 ? new[] { "metadata.version" } : []));
    }

    [Test]
    public async Task A_level_that_loses_nothing_may_be_gone_back_to()
    {
        Assert.That((await UpdateAsync(2, ("metadata.version", 28, 2))).ErrorCode, Is.EqualTo(ErrorCode.None));
        await Eventually.UntilAsync(async () => await FinalizedAsync("metadata.version") == 28);
        Assert.That((await UpdateAsync(2, ("metadata.version", LatestMetadataVersion, 1))).ErrorCode, Is.EqualTo(ErrorCode.None));
        await Eventually.UntilAsync(async () => await FinalizedAsync("metadata.version") == LatestMetadataVersion);
    }

    [Test]
    public async Task Validating_changes_nothing()
    {
        var request = Request(("metadata.version", 28, 2));
        request.ValidateOnly = true;
        Assert.That((await Client.SendAsync(request)).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((await Client.SendAsync(Request(("metadata.version", LatestMetadataVersion, 1)))).ErrorCode, Is.EqualTo(ErrorCode.None), "comes after it");
        Assert.That(await FinalizedAsync("metadata.version"), Is.EqualTo(LatestMetadataVersion));
    }

    [TestCase("metadata.version", 99, 1, "Local controller 1 only supports versions 7-29")]
    [TestCase("metadata.version", 28, 1, "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.")]
    [TestCase("metadata.version", -1, 1, "A feature version cannot be less than 0.")]
    [TestCase("metadata.version", 28, 9, "The controller does not support the given upgrade type.")]
    [TestCase("no.such.feature", 1, 1, "Local controller 1 does not support this feature.")]
    [TestCase("kraft.version", 0, 2, "Can't downgrade the version of this feature.")]
    public async Task Updates_that_cannot_be_are_refused_together(string feature, short level, sbyte type, string reason)
    {
        var response = await UpdateAsync(2, ("metadata.version", LatestMetadataVersion, 1), (feature, level, type));
        Assert.That(
            (response.ErrorCode, response.ErrorMessage),
            Is.EqualTo((
                ErrorCode.InvalidUpdateVersion,
                $"The update failed for all features since the following feature had an error: Invalid update version {level} for feature {feature}. {reason}")));
    }

    [Test]
    public async Task A_downgrade_that_loses_metadata_is_refused()
    {
        var response = await UpdateAsync(2, ("metadata.version", 7, 2));
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.InvalidUpdateVersion));
        Assert.That(response.ErrorMessage, Does.EndWith(
            "Unsupported metadata.version downgrade from 29 to 7. Refusing to perform the requested downgrade because it might delete metadata information."));
    }

    [Test]
    public async Task A_broker_that_is_not_registered_cannot_be_forgotten()
    {
        var response = await Client.SendAsync(new UnregisterBrokerRequest { BrokerId = new BrokerId(9) });
        Assert.That((response.ErrorCode, response.ErrorMessage), Is.EqualTo((ErrorCode.BrokerIdNotRegistered, "Broker ID 9 is not currently registered")));
    }

    private static UpdateFeaturesRequest Request(params (string Feature, short Level, sbyte Type)[] updates) => new()
    {
        FeatureUpdates =
        [
            .. updates.Select(static update => new UpdateFeaturesRequest.FeatureUpdateKey
            {
                Feature = update.Feature, MaxVersionLevel = update.Level, UpgradeType = update.Type,
            }),
        ],
    };

    private Task<UpdateFeaturesResponse> UpdateAsync(short version, params (string Feature, short Level, sbyte Type)[] updates)
        => Client.SendAsync(Request(updates), version);

    private async Task<short> FinalizedAsync(string feature)
        => (await Client.SendAsync(new ApiVersionsRequest { ClientSoftwareName = "test", ClientSoftwareVersion = "1" }))
            .FinalizedFeatures.Single(each => each.Name == feature).MaxVersionLevel;

    private Task<DescribeQuorumResponse> DescribeAsync(string topic, int partition, short version = 2) => Client.SendAsync(
        new DescribeQuorumRequest
        {
            Topics =
            [
                new DescribeQuorumRequest.TopicData { TopicName = topic, Partitions = [new DescribeQuorumRequest.PartitionData { PartitionIndex = partition }] },
            ],
        },
        version);
}
