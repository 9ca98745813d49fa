using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests.Security;

/// <summary>The requests about ACLs where nobody decides by ACLs.</summary>
internal sealed class AclApiWithoutAuthorizerTests : BrokerFixture
{
    [Test]
    public async Task There_are_no_acls_without_an_authorizer()
    {
        var created = await Client.SendAsync(new CreateAclsRequest
        {
            Creations = [new() { ResourceType = 2, ResourceName = "t", Principal = "User:a", Host = "*", Operation = 3, PermissionType = 3 }],
        });
        var described = await Client.SendAsync(new DescribeAclsRequest { ResourceTypeFilter = 1, PatternTypeFilter = 1, Operation = 1, PermissionType = 1 });
        var deleted = await Client.SendAsync(new DeleteAclsRequest { Filters = [new() { ResourceTypeFilter = 1, PatternTypeFilter = 1, Operation = 1, PermissionType = 1 }] });

        Assert.Multiple(() =>
        {
            Assert.That((created.Results[0].ErrorCode, created.Results[0].ErrorMessage), Is.EqualTo((ErrorCode.SecurityDisabled, "No Authorizer is configured.")));
            Assert.That((described.ErrorCode, described.ErrorMessage), Is.EqualTo((ErrorCode.SecurityDisabled, "No Authorizer is configured on the broker")));
            Assert.That((deleted.FilterResults[0].ErrorCode, deleted.FilterResults[0].ErrorMessage), Is.EqualTo((ErrorCode.SecurityDisabled, "No Authorizer is configured.")));
        });
    }
}
