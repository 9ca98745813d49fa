using Kafka.Modular.Groups;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Groups;

/// <summary>Heartbeat, by the group's coordinator.</summary>
public sealed class HeartbeatHandler(HandlerServices services, GroupCoordinator groups) : Handler<HeartbeatRequest, HeartbeatResponse>(services)
{
    /// <inheritdoc/>
    protected override ValueTask<HeartbeatResponse> HandleAsync(RequestContext context, HeartbeatRequest request) => new(groups.HeartbeatAsync(request));

    /// <inheritdoc/>
    protected override HeartbeatResponse OnError(RequestContext context, HeartbeatRequest request, ErrorCode error) => new() { ErrorCode = error };
}
