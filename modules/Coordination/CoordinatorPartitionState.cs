namespace Kafka.Modular.Coordination;

/// <summary>Where a coordinator partition stands.</summary>
internal enum CoordinatorPartitionState
{
    /// <summary>Its log is being replayed.</summary>
    Loading,

    /// <summary>It answers.</summary>
    Active,

    /// <summary>Its log could not be replayed.</summary>
    Failed,

    /// <summary>It is led elsewhere.</summary>
    Closed,
}
