using Kafka.Modular.Controller;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Cluster;

/// <summary>UnregisterBroker (KIP-631), decided by the controller.</summary>
public sealed class UnregisterBrokerHandler(HandlerServices services, MetadataController controller)
    : Handler<UnregisterBrokerRequest, UnregisterBrokerResponse>(services)
{
    /// <inheritdoc/>
    protected override async ValueTask<UnregisterBrokerResponse> HandleAsync(RequestContext context, UnregisterBrokerRequest request)
        => await controller.UnregisterBrokerAsync(request, context.Cancellation) ?? OnError(context, request, ErrorCode.NotController);

    /// <inheritdoc/>
    protected override UnregisterBrokerResponse OnError(RequestContext context, UnregisterBrokerRequest request, ErrorCode error)
        => new() { ErrorCode = error, ErrorMessage = error.Info().Message };
}
