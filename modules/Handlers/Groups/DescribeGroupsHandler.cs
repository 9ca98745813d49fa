using Kafka.Modular.Groups;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Groups;

/// <summary>DescribeGroups, each group by its coordinator.</summary>
public sealed class DescribeGroupsHandler(HandlerServices services, GroupCoordinator groups) : Handler<DescribeGroupsRequest, DescribeGroupsResponse>(services)
{
    /// <inheritdoc/>
    protected override async ValueTask<DescribeGroupsResponse> HandleAsync(RequestContext context, DescribeGroupsRequest request)
    {
        var refused = Services.Access.TakeRefused(context, AclOperation.Describe, ResourceType.Group, request.Groups, static groupId => groupId);
        var described = await Task.WhenAll(request.Groups.Select(groupId => groups.DescribeAsync(groupId, context.ApiVersion)));
        var response = new DescribeGroupsResponse { Groups = [.. refused.Select(static groupId => Failed(groupId, ErrorCode.GroupAuthorizationFailed))] };
        foreach (var group in described)
        {
            if (request.IncludeAuthorizedOperations && group.ErrorCode == ErrorCode.None)
            {
                group.AuthorizedOperations = AuthorizedOperations.OnGroup(Services, context, group.GroupId);
            }

            response.Groups.Add(group);
        }

        return response;
    }

    /// <inheritdoc/>
    protected override DescribeGroupsResponse OnError(RequestContext context, DescribeGroupsRequest request, ErrorCode error)
    {
        var response = new DescribeGroupsResponse();
        response.Groups.AddRange(request.Groups.Select(groupId => Failed(groupId, error)));
        return response;
    }

    private static DescribeGroupsResponse.DescribedGroup Failed(string groupId, ErrorCode error) => new() { GroupId = groupId, ErrorCode = error };
}
