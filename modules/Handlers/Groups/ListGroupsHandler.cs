using Kafka.Modular.Groups;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Groups;

/// <summary>ListGroups: of the groups that this node coordinates those that the client may describe; all of them for one who may describe the cluster.</summary>
public sealed class ListGroupsHandler(HandlerServices services, GroupCoordinator groups) : Handler<ListGroupsRequest, ListGroupsResponse>(services)
{
    /// <inheritdoc/>
    protected override async ValueTask<ListGroupsResponse> HandleAsync(RequestContext context, ListGroupsRequest request)
    {
        var response = await groups.ListAsync(request);
        if (!Services.Access.AllowsOnCluster(context.Identity, AclOperation.Describe, logsDenial: false))
        {
            Services.Access.TakeRefused(context, AclOperation.Describe, ResourceType.Group, response.Groups, static group => group.GroupId, logsDenial: false);
        }

        return response;
    }

    /// <inheritdoc/>
    protected override ListGroupsResponse OnError(RequestContext context, ListGroupsRequest request, ErrorCode error) => new() { ErrorCode = error };
}
