using Kafka.Modular.Groups;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Groups;

/// <summary>JoinGroup, by the group's coordinator. The reply comes when the generation begins.</summary>
public sealed class JoinGroupHandler(HandlerServices services, GroupCoordinator groups) : Handler<JoinGroupRequest, JoinGroupResponse>(services)
{
    /// <inheritdoc/>
    protected override ValueTask<JoinGroupResponse> HandleAsync(RequestContext context, JoinGroupRequest request)
        => Services.Access.Allows(context.Identity, AclOperation.Read, ResourceType.Group, request.GroupId)
            ? new(groups.JoinAsync(GroupCallers.From(context), request))
            : ValueTask.FromResult(OnError(context, request, ErrorCode.GroupAuthorizationFailed));

    /// <inheritdoc/>
    protected override JoinGroupResponse OnError(RequestContext context, JoinGroupRequest request, ErrorCode error)
        => new() { ErrorCode = error, ProtocolName = context.ApiVersion >= 7 ? null : "" };
}
