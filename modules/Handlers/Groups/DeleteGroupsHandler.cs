using Kafka.Modular.Groups;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Groups;

/// <summary>DeleteGroups, each group by its coordinator.</summary>
public sealed class DeleteGroupsHandler(HandlerServices services, GroupCoordinator groups) : Handler<DeleteGroupsRequest, DeleteGroupsResponse>(services)
{
    /// <inheritdoc/>
    protected override async ValueTask<DeleteGroupsResponse> HandleAsync(RequestContext context, DeleteGroupsRequest request)
    {
        var refused = Services.Access.TakeRefused(context, AclOperation.Delete, ResourceType.Group, request.GroupsNames, static groupId => groupId);
        return new DeleteGroupsResponse
        {
            Results =
            [
                .. await groups.DeleteAsync(request.GroupsNames),
                .. refused.Distinct(StringComparer.Ordinal).Select(static groupId => Failed(groupId, ErrorCode.GroupAuthorizationFailed)),
            ],
        };
    }

    /// <inheritdoc/>
    protected override DeleteGroupsResponse OnError(RequestContext context, DeleteGroupsRequest request, ErrorCode error)
    {
        var response = new DeleteGroupsResponse();
        response.Results.AddRange(request.GroupsNames.Select(groupId => Failed(groupId, error)));
        return response;
    }

    private static DeleteGroupsResponse.DeletableGroupResult Failed(string groupId, ErrorCode error) => new() { GroupId = groupId, ErrorCode = error };
}
