using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Metadata.Cluster;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Controller.Topics;

/// <summary>
/// Chooses brokers for new partitions: leaders go round the brokers that are not fenced, the replicas of one partition go to as many racks as there are,
/// and fenced brokers get replicas only where the others do not suffice.
/// </summary>
internal static class ReplicaPlacement
{
    /// <summary>Places partitions; each list begins with the preferred leader.</summary>
    public static ControllerRefusal TryPlace(
        ClusterImage cluster, int partitions, int replicationFactor, int startPartition, RandomSource random, out List<List<int>> placed)
    {
        placed = [];
        var usable = cluster.Brokers.Values.Where(static broker => !broker.IsInControlledShutdown).ToList();
        if (usable.TrueForAll(static broker => broker.IsFenced))
        {
            return Refuse("All brokers are currently fenced.");
        }

        if (replicationFactor > usable.Count)
        {
            return Refuse(
                $"The target replication factor of {replicationFactor} cannot be reached because only {usable.Count} broker(s) are registered.");
        }

        var leaders = Interleave([.. usable.Where(static broker => !broker.IsFenced)]);
        var rest = Interleave([.. usable.Where(static broker => broker.IsFenced)]);
        var offset = random.Next(leaders.Count) + startPartition;
        for (var partition = 0; partition < partitions; partition++)
        {
            placed.Add(Place(leaders, rest, offset + partition, (offset + partition) / leaders.Count, replicationFactor));
        }

        return ControllerRefusal.None;
    }

    private static ControllerRefusal Refuse(string reason)
        => new(ErrorCode.InvalidReplicationFactor, reason);

    /// <summary>One broker of each rack in turn, so that neighbors in the list are in different racks as far as that goes.</summary>
    private static List<BrokerRegistration> Interleave(List<BrokerRegistration> brokers)
    {
        var racks = brokers.GroupBy(static broker => broker.Rack ?? "", StringComparer.Ordinal)
            .OrderBy(static rack => rack.Key, StringComparer.Ordinal)
            .Select(static rack => rack.OrderBy(static broker => broker.Id).ToList())
            .ToList();
        var interleaved = new List<BrokerRegistration>(brokers.Count);
        for (var index = 0; interleaved.Count < brokers.Count; index++)
        {
            interleaved.AddRange(racks.Where(rack => index < rack.Count).Select(rack => rack[index]));
        }

        return interleaved;
    }

    /// <summary>
    /// The leader is the broker whose turn it is; the followers come after it with a shift that grows each time round, so that the partitions of one
    /// leader do not share their followers.
    /// </summary>
    private static List<int> Place(List<BrokerRegistration> leaders, List<BrokerRegistration> rest, int turn, int round, int replicationFactor)
    {
        var leader = leaders[turn % leaders.Count];
        var replicas = new List<int>(replicationFactor) { leader.Id };
        var racks = new HashSet<string>(StringComparer.Ordinal) { leader.Rack ?? "" };
        var followers = Rotate([.. leaders.Where(broker => broker.Id != leader.Id)], turn + round).Concat(Rotate(rest, turn + round)).ToList();
        foreach (var inNewRacksOnly in (bool[])[true, false])
        {
            foreach (var broker in followers)
            {
                if (replicas.Count < replicationFactor
                    && !replicas.Contains(broker.Id)
                    && (!inNewRacksOnly || (broker.Rack is not null && racks.Add(broker.Rack))))
                {
                    replicas.Add(broker.Id);
                }
            }
        }

        return replicas;
    }

    private static IEnumerable<BrokerRegistration> Rotate(List<BrokerRegistration> brokers, int by)
        => Enumerable.Range(0, brokers.Count).Select(index => brokers[(index + by) % brokers.Count]);
}
