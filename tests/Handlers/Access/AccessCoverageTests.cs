using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests.Access;

/// <summary>
/// The tables of this folder, together, name every API that a broker serves.
/// <code>
/// ApiVersions                         asks for no permission
/// SaslHandshake, SaslAuthenticate     come before it is known who asks
/// </code>
/// </summary>
internal sealed class AccessCoverageTests : BrokerFixture
{
    private static readonly string[] s_withoutPermission = [nameof(ApiKey.ApiVersions), "SaslHandshake", "SaslAuthenticate"];

    /// <summary>Those whose tests stand beside the tests of what they administer.</summary>
    private static readonly string[] s_elsewhere =
        ["DescribeAcls", "CreateAcls", "DeleteAcls", "DescribeUserScramCredentials", "AlterUserScramCredentials", "DescribeClientQuotas", "AlterClientQuotas"];

    [Test]
    public async Task Every_api_that_is_served_has_its_permissions_in_a_table()
    {
        var inTables = new[] { RecordsAccessTests.Table, TopicsAccessTests.Table, GroupsAccessTests.Table, ConfigsAccessTests.Table, ClusterAccessTests.Table }
            .SelectMany(AccessRow.Read)
            .Select(static row => ((AccessRow)row.Arguments[0]!).Api)
            .ToHashSet(StringComparer.Ordinal);
        var served = (await Client.SendAsync(new ApiVersionsRequest { ClientSoftwareName = "test", ClientSoftwareVersion = "1" })).ApiKeys
            .Select(static api => MessageCatalog.Api((ApiKey)api.ApiKey).Name);
        Assert.That(served.Except(s_withoutPermission).Except(s_elsewhere).Except(inTables), Is.Empty);
    }
}
