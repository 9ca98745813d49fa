namespace Kafka.Modular.Cluster.Lifecycle;

/// <summary>What the lifecycle wants to be sent now.</summary>
internal enum LifecycleRequest
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>BrokerRegistration.</summary>
    Registration,

    /// <summary>BrokerHeartbeat.</summary>
    Heartbeat,
}
