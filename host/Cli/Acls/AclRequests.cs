using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Client;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Cli.Acls;

/// <summary>The requests about ACLs.</summary>
internal static class AclRequests
{
    /// <summary>The ACLs of the patterns that a filter picks.</summary>
    /// <exception cref="KafkaClientException">The cluster refuses it.</exception>
    public static async Task<List<(AclPattern Pattern, AclGrant Grant)>> DescribeAsync(AdminSession session, AclPattern filter)
    {
        var request = new DescribeAclsRequest
        {
            ResourceTypeFilter = (sbyte)filter.ResourceType,
            ResourceNameFilter = filter.Name,
            PatternTypeFilter = (sbyte)filter.PatternType,
            PrincipalFilter = null,
            HostFilter = null,
            Operation = (sbyte)AclOperation.Any,
            PermissionType = (sbyte)AclPermission.Any,
        };
        var response = await session.SendAsync(session.UsesControllers ? RequestTarget.Controller : RequestTarget.AnyNode, request, static response => response.ErrorCode);
        AdminSession.Check(response.ErrorCode, response.ErrorMessage);
        return
        [
            .. from resource in response.Resources
               let pattern = new AclPattern((ResourceType)resource.ResourceType, resource.ResourceName, (ResourcePatternType)resource.PatternType)
               from acl in resource.Acls
               select (pattern, new AclGrant(acl.Principal, acl.Host, (AclOperation)acl.Operation, (AclPermission)acl.PermissionType)),
        ];
    }

    /// <summary>Creates ACLs of one pattern.</summary>
    /// <exception cref="KafkaClientException">The cluster refuses one.</exception>
    public static async Task CreateAsync(AdminSession session, AclPattern pattern, IEnumerable<AclGrant> grants)
    {
        var request = new CreateAclsRequest
        {
            Creations =
            [
                .. grants.Select(grant => new CreateAclsRequest.AclCreation
                {
                    ResourceType = (sbyte)pattern.ResourceType,
                    ResourceName = pattern.Name!,
                    ResourcePatternType = (sbyte)pattern.PatternType,
                    Principal = grant.Principal,
                    Host = grant.Host,
                    Operation = (sbyte)grant.Operation,
                    PermissionType = (sbyte)grant.Permission,
                }),
            ],
        };
        var response = await session.SendAsync(RequestTarget.Controller, request, static response => response.Results[0].ErrorCode);
        foreach (var result in response.Results)
            AdminSession.Check(result.ErrorCode, result.ErrorMessage);
    }

    /// <summary>Deletes the ACLs of the patterns that a filter picks: these, or all where none is named.</summary>
    /// <returns>What was deleted.</returns>
    /// <exception cref="KafkaClientException">The cluster refuses it.</exception>
    public static async Task<List<(AclPattern Pattern, AclGrant Grant)>> DeleteAsync(AdminSession session, AclPattern filter, IReadOnlyCollection<AclGrant> grants)
    {
        var request = new DeleteAclsRequest();
        if (grants.Count == 0)
            request.Filters.Add(FilterOf(filter, null, null, AclOperation.Any, AclPermission.Any));
        foreach (var grant in grants)
            request.Filters.Add(FilterOf(filter, grant.Principal, grant.Host, grant.Operation, grant.Permission));
        var response = await session.SendAsync(RequestTarget.Controller, request, static response => response.FilterResults[0].ErrorCode);
        foreach (var result in response.FilterResults)
        {
            AdminSession.Check(result.ErrorCode, result.ErrorMessage);
            foreach (var acl in result.MatchingAcls)
                AdminSession.Check(acl.ErrorCode, acl.ErrorMessage);
        }

        return
        [
            .. from acl in response.FilterResults.SelectMany(static result => result.MatchingAcls)
               select (
                   new AclPattern((ResourceType)acl.ResourceType, acl.ResourceName, (ResourcePatternType)acl.PatternType),
                   new AclGrant(acl.Principal, acl.Host, (AclOperation)acl.Operation, (AclPermission)acl.PermissionType)),
        ];
    }

    private static DeleteAclsRequest.DeleteAclsFilter FilterOf(AclPattern filter, string? principal, string? host, AclOperation operation, AclPermission permission) => new()
    {
        ResourceTypeFilter = (sbyte)filter.ResourceType,
        ResourceNameFilter = filter.Name,
        PatternTypeFilter = (sbyte)filter.PatternType,
        PrincipalFilter = principal,
        HostFilter = host,
        Operation = (sbyte)operation,
        PermissionType = (sbyte)permission,
    };
}
