using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// <code>
/// UNSUPPORTED_VERSION   A_version_that_is_too_new_is_answered_in_version_0_with_the_range_of_ApiVersions
/// INVALID_REQUEST       A_client_name_or_version_that_is_none_is_refused
/// </code>
/// </summary>
internal sealed class ApiVersionsTests : BrokerFixture
{
    private static readonly ApiVersionsRequest Request = new() { ClientSoftwareName = "wire", ClientSoftwareVersion = "1.0" };

    [Test]
    public async Task Every_version_is_answered_with_the_served_ranges([Range(0, 4)] short version)
    {
        var response = await Client.SendAsync(Request, version);
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None));
        var ranges = response.ApiKeys.ToDictionary(static api => (ApiKey)api.ApiKey, static api => (api.MinVersion, api.MaxVersion));
        Assert.Multiple(() =>
        {
            Assert.That(ranges[ApiKey.Produce], Is.EqualTo(((short)0, (short)13)));
            Assert.That(ranges[ApiKey.Fetch], Is.EqualTo(((short)4, (short)18)));
            Assert.That(ranges[ApiKey.Metadata], Is.EqualTo(((short)0, (short)13)));
            Assert.That(ranges[ApiKey.JoinGroup], Is.EqualTo(((short)0, (short)9)));
            Assert.That(ranges, Does.Not.ContainKey(ApiKey.AddPartitionsToTxn), "what is not served is not advertised");
        });
    }

    [Test]
    public async Task Features_that_begin_at_0_are_left_out_below_version_4()
    {
        var older = await Client.SendAsync(Request, 3);
        var newer = await Client.SendAsync(Request, 4);
        Assert.That(older.SupportedFeatures, Has.None.Matches<ApiVersionsResponse.SupportedFeatureKey>(static feature => feature.MinVersion == 0));
        Assert.That(newer.SupportedFeatures.Select(static feature => feature.Name), Does.Contain("kraft.version"));
        Assert.That(newer.FinalizedFeatures.Select(static feature => feature.Name), Does.Contain("metadata.version"));
        Assert.That(newer.FinalizedFeaturesEpoch, Is.GreaterThanOrEqualTo(0));
    }

    [Test]
    public async Task A_version_that_is_too_new_is_answered_in_version_0_with_the_range_of_ApiVersions()
    {
        await Client.WriteRawAsync([0, 18, 0, 99, 0, 0, 0, 7, 0, 4, (byte)'w', (byte)'i', (byte)'r', (byte)'e', 0]);
        var response = await Client.ReadAsync<ApiVersionsResponse>(ApiKey.ApiVersions, 0, 7);
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.UnsupportedVersion));
        Assert.That(response.ApiKeys.Select(static api => (api.ApiKey, api.MinVersion, api.MaxVersion)), Is.EqualTo(new[] { ((short)18, (short)0, (short)4) }));
        Assert.That((await Client.SendAsync(Request, 4)).ErrorCode, Is.EqualTo(ErrorCode.None), "the connection goes on");
    }

    [TestCase("", "1.0")]
    [TestCase("wire", "")]
    [TestCase("-wire", "1.0")]
    [TestCase("wi re", "1.0")]
    [TestCase("wire", "1.0\n")]
    public async Task A_client_name_or_version_that_is_none_is_refused(string name, string version)
    {
        var response = await Client.SendAsync(new ApiVersionsRequest { ClientSoftwareName = name, ClientSoftwareVersion = version });
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [Test]
    public async Task An_api_that_is_not_served_closes_the_connection_and_no_other()
    {
        await using var other = await ConnectAsync();
        await Client.WriteRawAsync([3, 0xe8, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);
        Assert.That(await Client.ReadFrameAsync(), Is.Null);
        Assert.That((await other.SendAsync(Request)).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_version_out_of_range_closes_the_connection()
    {
        await Client.WriteRawAsync([0, 1, 0, 99, 0, 0, 0, 1, 0xff, 0xff, 0]);
        Assert.That(await Client.ReadFrameAsync(), Is.Null);
    }
}
