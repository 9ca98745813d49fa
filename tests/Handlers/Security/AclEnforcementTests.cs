using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests.Security;

/// <summary>ACLs are in force as soon as they are answered.</summary>
internal sealed class AclEnforcementTests : BrokerFixture
{
    protected override Dictionary<string, string> Configuration => new() { ["plugins.authorizer"] = "acl", ["allow.everyone.if.no.acl.found"] = "true" };

    [Test]
    public async Task Whoever_may_not_alter_the_cluster_may_not_change_acls()
    {
        // The first ACL of the cluster ends what the default permits.
        Assert.That((await GrantAsync("User:bob", 8)).ErrorCode, Is.EqualTo(ErrorCode.None));
        var refused = await GrantAsync("User:ANONYMOUS", 7);
        Assert.That(refused.ErrorCode, Is.EqualTo(ErrorCode.ClusterAuthorizationFailed));
        Assert.That(refused.ErrorMessage, Does.Contain("needs ALTER permission."));

        var deleted = await Client.SendAsync(new DeleteAclsRequest { Filters = [new() { ResourceTypeFilter = 1, PatternTypeFilter = 1, Operation = 1, PermissionType = 1 }] });
        var described = await Client.SendAsync(new DescribeAclsRequest { ResourceTypeFilter = 1, PatternTypeFilter = 1, Operation = 1, PermissionType = 1 });
        Assert.That((deleted.FilterResults[0].ErrorCode, described.ErrorCode), Is.EqualTo((ErrorCode.ClusterAuthorizationFailed, ErrorCode.ClusterAuthorizationFailed)));
    }

    [Test]
    public async Task Acls_are_in_force_as_soon_as_they_are_answered()
    {
        for (var round = 0; round < 5; round++)
        {
            Assert.That((await GrantAsync("User:ANONYMOUS", 7)).ErrorCode, Is.EqualTo(ErrorCode.None));
            var deleted = await Client.SendAsync(new DeleteAclsRequest
            {
                Filters = [new() { ResourceTypeFilter = 1, ResourceNameFilter = null, PatternTypeFilter = 1, PrincipalFilter = null, HostFilter = null, Operation = 1, PermissionType = 1 }],
            });
            Assert.That(deleted.FilterResults[0].MatchingAcls, Has.Count.EqualTo(1));
        }
    }

    private async Task<CreateAclsResponse.AclCreationResult> GrantAsync(string principal, sbyte operation) => (await Client.SendAsync(new CreateAclsRequest
    {
        Creations = [new() { ResourceType = 4, ResourceName = "kafka-cluster", Principal = principal, Host = "*", Operation = operation, PermissionType = 3 }],
    })).Results[0];
}
