using Kafka.Modular.Groups;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Groups;

/// <summary>DeleteGroups, each group by its coordinator.</summary>
public sealed class DeleteGroupsHandler(HandlerServices services, GroupCoordinator groups) : Handler<DeleteGroupsRequest, DeleteGroupsResponse>(services)
{
    /// <inheritdoc/>
    protected override async ValueTask<DeleteGroupsResponse> HandleAsync(RequestContext context, DeleteGroupsRequest request)
        => new() { Results = await groups.DeleteAsync(request.GroupsNames) };

    /// <inheritdoc/>
    protected override DeleteGroupsResponse OnError(RequestContext context, DeleteGroupsRequest request, ErrorCode error)
    {
        var response = new DeleteGroupsResponse();
        response.Results.AddRange(request.GroupsNames.Select(groupId => new DeleteGroupsResponse.DeletableGroupResult { GroupId = groupId, ErrorCode = error }));
        return response;
    }
}
