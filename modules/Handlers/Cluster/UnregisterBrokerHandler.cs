using Kafka.Modular.Controller;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Cluster;

/// <summary>UnregisterBroker (KIP-631), decided by the controller.</summary>
public sealed class UnregisterBrokerHandler(HandlerServices services, MetadataController controller)
    : Handler<UnregisterBrokerRequest, UnregisterBrokerResponse>(services)
{
    /// <inheritdoc/>
    protected override async ValueTask<UnregisterBrokerResponse> HandleAsync(RequestContext context, UnregisterBrokerRequest request)
        => Services.Access.CheckCluster(context, AclOperation.Alter) is { IsRefused: true } refusal
            ? Failed(refusal)
            : await controller.UnregisterBrokerAsync(request, context.Cancellation) ?? OnError(context, request, ErrorCode.NotController);

    /// <inheritdoc/>
    protected override UnregisterBrokerResponse OnError(RequestContext context, UnregisterBrokerRequest request, ErrorCode error)
        => Failed(new Refusal(error, error.Info().Message));

    private static UnregisterBrokerResponse Failed(Refusal refusal) => new() { ErrorCode = refusal.Error, ErrorMessage = refusal.Message };
}
