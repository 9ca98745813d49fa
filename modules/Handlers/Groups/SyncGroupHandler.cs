using Kafka.Modular.Groups;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Groups;

/// <summary>SyncGroup, by the group's coordinator. From version 5 the protocol's type and name must be given (KIP-559).</summary>
public sealed class SyncGroupHandler(HandlerServices services, GroupCoordinator groups) : Handler<SyncGroupRequest, SyncGroupResponse>(services)
{
    private const short FirstVersionWithProtocol = 5;

    /// <inheritdoc/>
    protected override ValueTask<SyncGroupResponse> HandleAsync(RequestContext context, SyncGroupRequest request)
        => context.ApiVersion >= FirstVersionWithProtocol && (request.ProtocolType is null || request.ProtocolName is null)
            ? ValueTask.FromResult(OnError(context, request, ErrorCode.InconsistentGroupProtocol))
            : !Services.Access.Allows(context.Identity, AclOperation.Read, ResourceType.Group, request.GroupId)
            ? ValueTask.FromResult(OnError(context, request, ErrorCode.GroupAuthorizationFailed))
            : new ValueTask<SyncGroupResponse>(groups.SyncAsync(request));

    /// <inheritdoc/>
    protected override SyncGroupResponse OnError(RequestContext context, SyncGroupRequest request, ErrorCode error) => new() { ErrorCode = error };
}
