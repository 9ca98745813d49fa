using Kafka.Modular.Groups;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Groups;

/// <summary>JoinGroup, by the group's coordinator. The reply comes when the generation begins.</summary>
public sealed class JoinGroupHandler(HandlerServices services, GroupCoordinator groups) : Handler<JoinGroupRequest, JoinGroupResponse>(services)
{
    /// <inheritdoc/>
    protected override ValueTask<JoinGroupResponse> HandleAsync(RequestContext context, JoinGroupRequest request)
        => new(groups.JoinAsync(GroupCallers.From(context), request));

    /// <inheritdoc/>
    protected override JoinGroupResponse OnError(RequestContext context, JoinGroupRequest request, ErrorCode error)
        => new() { ErrorCode = error, MemberId = request.MemberId, ProtocolName = context.ApiVersion >= 7 ? null : "" };
}
