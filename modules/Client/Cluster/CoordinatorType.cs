namespace Kafka.Modular.Client.Cluster;

/// <summary>What a coordinator coordinates, as FindCoordinator numbers it.</summary>
internal enum CoordinatorType
{
    /// <summary>A group.</summary>
    Group = 0,

    /// <summary>A transactional id.</summary>
    Transaction = 1,

    /// <summary>A share partition (KIP-932).</summary>
    Share = 2,
}
