using Kafka.Modular.Groups;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Groups;

/// <summary>Heartbeat, by the group's coordinator.</summary>
public sealed class HeartbeatHandler(HandlerServices services, GroupCoordinator groups) : Handler<HeartbeatRequest, HeartbeatResponse>(services)
{
    /// <inheritdoc/>
    protected override ValueTask<HeartbeatResponse> HandleAsync(RequestContext context, HeartbeatRequest request)
        => Services.Access.Allows(context.Identity, AclOperation.Read, ResourceType.Group, request.GroupId)
            ? new(groups.HeartbeatAsync(request))
            : ValueTask.FromResult(OnError(context, request, ErrorCode.GroupAuthorizationFailed));

    /// <inheritdoc/>
    protected override HeartbeatResponse OnError(RequestContext context, HeartbeatRequest request, ErrorCode error) => new() { ErrorCode = error };
}
