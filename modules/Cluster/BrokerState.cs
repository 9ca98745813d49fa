namespace Kafka.Modular.Cluster;

/// <summary>Where a broker is in its life; the numbers are those of Kafka's metric <c>BrokerState</c>.</summary>
public enum BrokerState : byte
{
    /// <summary>Not started, or stopped.</summary>
    NotRunning = 0,

    /// <summary>It registers, and catches up with the metadata.</summary>
    Starting = 1,

    /// <summary>It has caught up and is fenced still.</summary>
    Recovery = 2,

    /// <summary>It serves.</summary>
    Running = 3,

    /// <summary>It asked the controller to take over what it leads.</summary>
    PendingControlledShutdown = 6,

    /// <summary>It stops.</summary>
    ShuttingDown = 7,
}
