namespace Kafka.Modular.Raft;

/// <summary>The leader of the metadata quorum in an epoch, as far as this node knows.</summary>
/// <param name="LeaderId">Node id of the leader, or -1 when it is not known.</param>
/// <param name="Epoch">The quorum's epoch, 0 before the first election.</param>
public readonly record struct LeaderAndEpoch(int LeaderId, int Epoch)
{
    /// <summary>No leader, epoch 0.</summary>
    public static LeaderAndEpoch Unknown => new(-1, 0);

    /// <summary>True when a leader is known.</summary>
    public bool HasLeader => LeaderId >= 0;

    /// <summary>True when this node is the leader.</summary>
    public bool IsLeader(int nodeId) => HasLeader && LeaderId == nodeId;
}
