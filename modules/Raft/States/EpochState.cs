using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.States;

/// <summary>The role that a replica plays in its current epoch (KIP-595). Raft loop only; times are milliseconds on the state machine's clock.</summary>
internal abstract class EpochState(int epoch, long? highWatermark)
{
    public int Epoch { get; } = epoch;

    /// <summary>The leader of the epoch, or -1.</summary>
    public virtual int LeaderId => -1;

    /// <summary>The candidate that got this replica's vote in the epoch.</summary>
    public virtual ReplicaKey? VotedKey => null;

    /// <summary>Where the leader listens, empty when not known.</summary>
    public virtual RaftEndpoints LeaderEndpoints => RaftEndpoints.Empty;

    /// <summary>The highest committed offset known, or null.</summary>
    public long? HighWatermark { get; protected set; } = highWatermark;

    /// <summary>Name for logs and metrics, as in Kafka's <c>current-state</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the replica would give (pre-vote) or give its vote to a candidate whose epoch is this one.</summary>
    public abstract bool CanGrantVote(ReplicaKey candidate, bool isLogUpToDate, bool isPreVote);

    /// <summary>What to store for a transition into this state.</summary>
    public ElectionState ToElection(IReadOnlyCollection<int> voters) => new(Epoch, LeaderId, VotedKey, voters);

    /// <summary>The rule of replicas that may still vote in the epoch: unattached and prospective.</summary>
    protected bool CanGrantWhileUndecided(ReplicaKey candidate, bool isLogUpToDate, bool isPreVote)
    {
        if (isPreVote)
            return isLogUpToDate;
        if (VotedKey is { } voted)
            return voted.Matches(candidate);
        return LeaderId < 0 && isLogUpToDate;
    }
}
