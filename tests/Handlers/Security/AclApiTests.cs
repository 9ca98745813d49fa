using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests.Security;

/// <summary>
/// CreateAcls, DescribeAcls and DeleteAcls over the wire, asked by a super user.
/// <code>
/// All
///   SECURITY_DISABLED                AclApiWithoutAuthorizerTests
///   CLUSTER_AUTHORIZATION_FAILED     AclEnforcementTests
///   NOT_CONTROLLER                   (needs a second controller)
///   connection closed                Elements_of_number_zero_end_the_connection
/// CreateAcls
///   INVALID_REQUEST                  What_cannot_be_an_acl_is_refused_by_itself
///   UNKNOWN_SERVER_ERROR             What_only_filters_have_fails_the_whole_request
///   POLICY_VIOLATION                 More_acls_than_one_batch_takes_are_refused_together
/// DeleteAcls
///   INVALID_REQUEST                  Filters_that_are_not_known_are_refused_by_themselves
/// </code>
/// </summary>
internal sealed class AclApiTests : BrokerFixture
{
    private const sbyte Any = 1;
    private const sbyte Match = 2;
    private const sbyte Literal = 3;
    private const sbyte Prefixed = 4;
    private const sbyte Topic = 2;
    private const sbyte Group = 3;
    private const sbyte Cluster = 4;
    private const sbyte Read = 3;
    private const sbyte Write = 4;
    private const sbyte Deny = 2;
    private const sbyte Allow = 3;

    protected override Dictionary<string, string> Configuration => new()
    {
        ["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer", ["super.users"] = "User:ANONYMOUS",
    };

    [Test]
    public async Task Every_version_creates_describes_and_deletes([Range(1, 3)] short version)
    {
        var created = await Client.SendAsync(new CreateAclsRequest { Creations = [Acl("t"), Acl("t", Prefixed, operation: Write, permission: Deny)] }, version);
        Assert.That(created.Results.Select(static result => (result.ErrorCode, result.ErrorMessage)), Is.All.EqualTo((ErrorCode.None, "")));

        var described = await DescribeAsync(Filter(), version);
        Assert.That(described, Is.EquivalentTo(new[] { "2:t:3 User:alice * 3 3", "2:t:4 User:alice * 4 2" }));

        var deleted = await DeleteAsync([Filter(name: "t", pattern: Prefixed)], version);
        var result = deleted.FilterResults.Single();
        Assert.That((result.ErrorCode, result.ErrorMessage, result.MatchingAcls.Single().Operation), Is.EqualTo((ErrorCode.None, (string?)null, Write)));
        Assert.That(await DescribeAsync(Filter(), version), Is.EqualTo(new[] { "2:t:3 User:alice * 3 3" }));
    }

    [Test]
    public async Task An_acl_that_exists_is_no_error_and_no_second_one()
    {
        for (var round = 0; round < 2; round++)
            Assert.That((await CreateAsync(Acl("t"), Acl("t"))).Select(static result => result.ErrorCode), Is.All.EqualTo(ErrorCode.None));
        Assert.That((await DeleteAsync([Filter()])).FilterResults.Single().MatchingAcls, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task What_cannot_be_an_acl_is_refused_by_itself()
    {
        var results = await CreateAsync(
            Acl("t"),
            Acl("other", resource: Cluster),
            Acl(""),
            Acl("t", resource: 99),
            Acl("t", pattern: 99),
            Acl("t", operation: 99),
            Acl("t", permission: 99),
            Acl("t", principal: "alice"));
        Assert.That(results.Select(static result => result.ErrorCode), Is.EqualTo(new[] { ErrorCode.None }.Concat(Enumerable.Repeat(ErrorCode.InvalidRequest, 7))));
        Assert.That(results.Select(static result => result.ErrorMessage), Is.EqualTo(new[]
        {
            "",
            "The only valid name for the CLUSTER resource is kafka-cluster",
            "Invalid empty resource name",
            "Invalid resourceType UNKNOWN",
            "Invalid patternType UNKNOWN",
            "Invalid operation UNKNOWN",
            "Invalid permissionType UNKNOWN",
            "Could not parse principal from `alice` (no colon is present separating the principal type from the principal name)",
        }));
        Assert.That(await DescribeAsync(Filter()), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task What_only_filters_have_fails_the_whole_request([Values] bool isPattern)
    {
        var results = await CreateAsync(Acl("t"), isPattern ? Acl("t", pattern: Match) : Acl("t", operation: Any));
        Assert.That(results.Select(static result => (result.ErrorCode, result.ErrorMessage)), Is.All.EqualTo((ErrorCode.UnknownServerError, (string?)null)));
        Assert.That(await DescribeAsync(Filter()), Is.Empty);
    }

    [Test]
    public async Task More_acls_than_one_batch_takes_are_refused_together()
    {
        var results = await CreateAsync([.. Enumerable.Range(0, 10_001).Select(static number => Acl($"t{number}")), Acl("")]);
        Assert.That(
            results[0], Is.EqualTo(new CreateAclsResponse.AclCreationResult { ErrorCode = ErrorCode.PolicyViolation, ErrorMessage = "Unable to perform excessively large batch operation." })
                .Using<CreateAclsResponse.AclCreationResult>(static (one, other) => (one.ErrorCode, one.ErrorMessage) == (other.ErrorCode, other.ErrorMessage)));
        Assert.That(results[^1].ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(await DescribeAsync(Filter()), Is.Empty);
    }

    [TestCase(Any, null, "any of any name")]
    [TestCase(Match, "orders-1", "matching a name")]
    [TestCase(Literal, "*", "the wildcard as such")]
    [TestCase(Prefixed, "ord", "the prefix as such")]
    [TestCase(Any, "ord", "the name, whatever the pattern")]
    public async Task Filters_pick_patterns(sbyte pattern, string? name, string what)
    {
        await CreateAsync(Acl("orders-1"), Acl("orders-2"), Acl("ord", Prefixed), Acl("ord"), Acl("*"), Acl("orders-1", resource: Group));
        var expected = what switch
        {
            "any of any name" => new[] { "orders-1", "orders-2", "ord", "ord", "*" },
            "matching a name" => ["orders-1", "ord", "*"],
            "the wildcard as such" => ["*"],
            "the prefix as such" => ["ord"],
            _ => ["ord", "ord"],
        };
        var described = await DescribeAsync(Filter(resource: Topic, name: name, pattern: pattern));
        Assert.That(described.Select(static acl => acl.Split(':')[1]), Is.EquivalentTo(expected));
    }

    [Test]
    public async Task Filters_pick_entries()
    {
        await CreateAsync(Acl("t"), Acl("t", principal: "User:bob"), Acl("t", host: "10.0.0.1"), Acl("t", operation: Write), Acl("t", permission: Deny));
        var filters = new[]
        {
            new DescribeAclsRequest { PrincipalFilter = "User:bob" }, new DescribeAclsRequest { HostFilter = "10.0.0.1" }, new DescribeAclsRequest { Operation = Write },
            new DescribeAclsRequest { PermissionType = Deny },
        };
        foreach (var filter in filters)
        {
            (filter.ResourceTypeFilter, filter.PatternTypeFilter) = (Any, Any);
            filter.ResourceNameFilter = null;
            filter.PrincipalFilter = filter.PrincipalFilter is { Length: > 0 } principal ? principal : null;
            filter.HostFilter = filter.HostFilter is { Length: > 0 } host ? host : null;
            filter.Operation = filter.Operation == 0 ? Any : filter.Operation;
            filter.PermissionType = filter.PermissionType == 0 ? Any : filter.PermissionType;
            Assert.That(await DescribeAsync(filter), Has.Count.EqualTo(1));
        }
    }

    [Test]
    public async Task Two_filters_may_pick_the_same_acl()
    {
        await CreateAsync(Acl("t"));
        var deleted = await DeleteAsync([Filter(), Filter(resource: Topic)]);
        Assert.That(deleted.FilterResults.Select(static result => result.MatchingAcls.Count), Is.EqualTo(new[] { 1, 1 }));
        Assert.That(await DescribeAsync(Filter()), Is.Empty);
    }

    [Test]
    public async Task Filters_that_are_not_known_are_refused_by_themselves()
    {
        await CreateAsync(Acl("t"));
        var entry = Filter();
        entry.Operation = 99;
        var deleted = await DeleteAsync([Filter(resource: 99), entry, Filter()]);
        Assert.That(
            deleted.FilterResults.Select(static result => (result.ErrorCode, result.ErrorMessage, result.MatchingAcls.Count)),
            Is.EqualTo(new[] { (ErrorCode.InvalidRequest, "Unknown patternFilter.", 0), (ErrorCode.InvalidRequest, "Unknown entryFilter.", 0), (ErrorCode.None, (string?)null, 1) }));
    }

    [Test]
    public async Task Elements_of_number_zero_end_the_connection()
    {
        await using var client = await ConnectAsync();
        await client.WriteAsync(new CreateAclsRequest { Creations = [Acl("t", operation: 0)] }, 3);
        Assert.That(await client.ReadFrameAsync(), Is.Null);
    }

    private static CreateAclsRequest.AclCreation Acl(
        string name, sbyte pattern = Literal, sbyte resource = Topic, string principal = "User:alice", string host = "*", sbyte operation = Read, sbyte permission = Allow) => new()
    {
        ResourceType = resource, ResourceName = name, ResourcePatternType = pattern, Principal = principal, Host = host, Operation = operation, PermissionType = permission,
    };

    private static DescribeAclsRequest Filter(sbyte resource = Any, string? name = null, sbyte pattern = Any) => new()
    {
        ResourceTypeFilter = resource, ResourceNameFilter = name, PatternTypeFilter = pattern, PrincipalFilter = null, HostFilter = null, Operation = Any, PermissionType = Any,
    };

    private async Task<List<CreateAclsResponse.AclCreationResult>> CreateAsync(params CreateAclsRequest.AclCreation[] acls) =>
        (await Client.SendAsync(new CreateAclsRequest { Creations = [.. acls] })).Results;

    private async Task<List<string>> DescribeAsync(DescribeAclsRequest filter, short? version = null)
    {
        var response = await Client.SendAsync(filter, version);
        Assert.That((response.ErrorCode, response.ErrorMessage), Is.EqualTo((ErrorCode.None, "")));
        return
        [
            .. response.Resources.SelectMany(static resource => resource.Acls.Select(acl =>
                $"{resource.ResourceType}:{resource.ResourceName}:{resource.PatternType} {acl.Principal} {acl.Host} {acl.Operation} {acl.PermissionType}")),
        ];
    }

    private Task<DeleteAclsResponse> DeleteAsync(DescribeAclsRequest[] filters, short? version = null) => Client.SendAsync(
        new DeleteAclsRequest
        {
            Filters =
            [
                .. filters.Select(static filter => new DeleteAclsRequest.DeleteAclsFilter
                {
                    ResourceTypeFilter = filter.ResourceTypeFilter,
                    ResourceNameFilter = filter.ResourceNameFilter,
                    PatternTypeFilter = filter.PatternTypeFilter,
                    PrincipalFilter = filter.PrincipalFilter,
                    HostFilter = filter.HostFilter,
                    Operation = filter.Operation,
                    PermissionType = filter.PermissionType,
                }),
            ],
        },
        version);
}
