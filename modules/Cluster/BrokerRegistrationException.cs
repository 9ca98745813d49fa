using Kafka.Modular.Protocol;

namespace Kafka.Modular.Cluster;

/// <summary>The controller does not take this broker.</summary>
/// <param name="brokerId">The broker.</param>
/// <param name="error">Why.</param>
public sealed class BrokerRegistrationException(int brokerId, ErrorCode error)
    : Exception(error == ErrorCode.RequestTimedOut
        ? $"Broker {brokerId} could not register with a controller within initial.broker.registration.timeout.ms"
        : $"The controller refused to register broker {brokerId}: {error}")
{
    /// <summary>Why.</summary>
    public ErrorCode Error { get; } = error;
}
