using Kafka.Modular.Groups;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Groups;

/// <summary>ListGroups: the groups that this node coordinates.</summary>
public sealed class ListGroupsHandler(HandlerServices services, GroupCoordinator groups) : Handler<ListGroupsRequest, ListGroupsResponse>(services)
{
    /// <inheritdoc/>
    protected override ValueTask<ListGroupsResponse> HandleAsync(RequestContext context, ListGroupsRequest request) => new(groups.ListAsync(request));

    /// <inheritdoc/>
    protected override ListGroupsResponse OnError(RequestContext context, ListGroupsRequest request, ErrorCode error) => new() { ErrorCode = error };
}
