using Kafka.Modular.Cluster;
using Kafka.Modular.Controller;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Server.Wiring;

/// <summary>The way to the controller of a node that is both: a call.</summary>
internal sealed class LocalControllerChannel(MetadataController controller) : IControllerChannel
{
    public Task<BrokerRegistrationResponse?> RegisterAsync(BrokerRegistrationRequest request, CancellationToken cancellationToken)
        => controller.RegisterBrokerAsync(request, cancellationToken);

    public Task<BrokerHeartbeatResponse?> HeartbeatAsync(BrokerHeartbeatRequest request, CancellationToken cancellationToken)
        => controller.HeartbeatAsync(request, cancellationToken);
}
