using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cluster;

/// <summary>Port: the way of this broker to the active controller. Safe from any thread; null says that no active controller answered.</summary>
public interface IControllerChannel
{
    /// <summary>Registers this broker (KIP-631).</summary>
    Task<BrokerRegistrationResponse?> RegisterAsync(BrokerRegistrationRequest request, CancellationToken cancellationToken);

    /// <summary>Says that this broker lives, and what it wants.</summary>
    Task<BrokerHeartbeatResponse?> HeartbeatAsync(BrokerHeartbeatRequest request, CancellationToken cancellationToken);
}
