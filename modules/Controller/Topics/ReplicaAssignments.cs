using Kafka.Modular.Metadata.Cluster;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Controller.Topics;

/// <summary>Checks an assignment that a client brings.</summary>
internal static class ReplicaAssignments
{
    public static ControllerRefusal Validate(ClusterImage cluster, List<int> replicas, int expectedCount, int partition)
    {
        if (ValidateBrokers(cluster, replicas) is { IsRefused: true } refusal)
        {
            return refusal;
        }

        if (replicas.Count != expectedCount)
        {
            return Invalid(
                $"The manual partition assignment includes a partition with {replicas.Count} replica(s), but this is not consistent with previous "
                + $"partitions, which have {expectedCount} replica(s).");
        }

        return replicas.Exists(id => PartitionRecords.IsActive(cluster, id))
            ? ControllerRefusal.None
            : Invalid($"All brokers specified in the manual partition assignment for partition {partition} are fenced or in controlled shutdown.");
    }

    /// <summary>Checks that there are brokers, that they are registered, and that none is named twice; the lowest id that is wrong is named.</summary>
    public static ControllerRefusal ValidateBrokers(ClusterImage cluster, List<int> replicas)
    {
        if (replicas.Count == 0)
        {
            return Invalid("The manual partition assignment includes an empty replica list.");
        }

        var previous = -1;
        foreach (var id in replicas.Order())
        {
            if (!cluster.TryGetBroker(id, out _))
            {
                return Invalid($"The manual partition assignment includes broker {id}, but no such broker is registered.");
            }

            if (id == previous)
            {
                return Invalid($"The manual partition assignment includes the broker {id} more than once.");
            }

            previous = id;
        }

        return ControllerRefusal.None;
    }

    private static ControllerRefusal Invalid(string message) => new(ErrorCode.InvalidReplicaAssignment, message);
}
