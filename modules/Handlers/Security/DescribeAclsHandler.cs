using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Metadata.Acls;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Security;

/// <summary>DescribeAcls (KIP-140), answered from this broker's metadata.</summary>
public sealed class DescribeAclsHandler(HandlerServices services, MetadataCache metadata) : Handler<DescribeAclsRequest, DescribeAclsResponse>(services)
{
    /// <inheritdoc/>
    protected override void Check(DescribeAclsRequest request)
    {
        if (request is { ResourceTypeFilter: 0 } or { PatternTypeFilter: 0 } or { Operation: 0 } or { PermissionType: 0 })
            throw new ProtocolException("DescribeAclsRequest contains UNKNOWN elements");
    }

    /// <inheritdoc/>
    protected override ValueTask<DescribeAclsResponse> HandleAsync(RequestContext context, DescribeAclsRequest request)
        => ValueTask.FromResult(AclRequests.Check(Services, context, AclOperation.Describe) is { IsRefused: true } refusal ? Failed(refusal) : Describe(request));

    /// <inheritdoc/>
    protected override DescribeAclsResponse OnError(RequestContext context, DescribeAclsRequest request, ErrorCode error) => Failed(AclRequests.RefusalOf(error));

    private static DescribeAclsResponse Failed(Refusal refusal) => new() { ErrorCode = refusal.Error, ErrorMessage = refusal.Message };

    private DescribeAclsResponse Describe(DescribeAclsRequest request)
    {
        var filter = new AclFilter(
            request.ResourceTypeFilter,
            request.ResourceNameFilter,
            request.PatternTypeFilter,
            request.PrincipalFilter,
            request.HostFilter,
            request.Operation,
            request.PermissionType);
        var response = new DescribeAclsResponse();
        var patterns = metadata.Image.Acls.Entries.Values.Where(filter.Matches)
            .GroupBy(static entry => (entry.ResourceType, entry.ResourceName, entry.PatternType))
            .OrderBy(static pattern => pattern.Key.ResourceType).ThenBy(static pattern => pattern.Key.ResourceName, StringComparer.Ordinal);
        foreach (var pattern in patterns)
        {
            response.Resources.Add(new DescribeAclsResponse.DescribeAclsResource
            {
                ResourceType = pattern.Key.ResourceType,
                ResourceName = pattern.Key.ResourceName,
                PatternType = pattern.Key.PatternType,
                Acls = [.. pattern.Distinct().Select(Description).OrderBy(static acl => acl.Principal, StringComparer.Ordinal).ThenBy(static acl => acl.Operation)],
            });
        }

        return response;
    }

    private static DescribeAclsResponse.AclDescription Description(AclEntry entry) => new()
    {
        Principal = entry.Principal, Host = entry.Host, Operation = entry.Operation, PermissionType = entry.PermissionType,
    };
}
