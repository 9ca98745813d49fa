using Kafka.Modular.Metadata.Cluster;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Controller.Topics;

/// <summary>Checks an assignment that a client brings.</summary>
internal static class ReplicaAssignments
{
    public static ControllerRefusal Validate(ClusterImage cluster, List<int> replicas, int expectedCount, int partition)
    {
        if (replicas.Count == 0)
        {
            return Invalid("The manual partition assignment includes an empty replica list.");
        }

        if (replicas.Find(id => !cluster.TryGetBroker(id, out _)) is var unknown && replicas.Exists(id => !cluster.TryGetBroker(id, out _)))
        {
            return Invalid($"The manual partition assignment includes broker {unknown}, but no such broker is registered.");
        }

        var seen = new HashSet<int>();
        foreach (var id in replicas)
        {
            if (!seen.Add(id))
            {
                return Invalid($"The manual partition assignment includes the broker {id} more than once.");
            }
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

    private static ControllerRefusal Invalid(string message) => new(ErrorCode.InvalidReplicaAssignment, message);
}
