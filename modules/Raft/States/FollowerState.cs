using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.States;

/// <summary>Fetches from the leader, as a voter or as an observer.</summary>
internal sealed class FollowerState(
    int epoch, int leaderId, RaftEndpoints leaderEndpoints, ReplicaKey? votedKey, long? highWatermark, int fetchTimeoutMs, long now)
    : EpochState(epoch, highWatermark)
{
    public override int LeaderId => leaderId;

    public override RaftEndpoints LeaderEndpoints => leaderEndpoints;

    public override ReplicaKey? VotedKey => votedKey;

    public override string Name => "follower";

    /// <summary>When a voter stops to believe in the leader.</summary>
    public long FetchDeadline { get; private set; } = now + fetchTimeoutMs;

    /// <summary>When the leader may have to be told of this voter's endpoints, or asked to add this node.</summary>
    public long UpdateVoterDeadline { get; private set; } = now + fetchTimeoutMs;

    /// <summary>True once the leader has answered a fetch in this epoch.</summary>
    public bool HasFetchedFromLeader { get; private set; }

    /// <summary>True once the leader knows this voter's endpoints; matters at <c>kraft.version</c> 0 only.</summary>
    public bool HasUpdatedLeader { get; set; }

    /// <summary>The snapshot that is being downloaded, or null.</summary>
    public OffsetAndEpoch? FetchingSnapshot { get; set; }

    /// <summary>Bytes of that snapshot that are stored.</summary>
    public long FetchedSnapshotBytes { get; set; }

    /// <summary>True while the downloaded snapshot is made durable.</summary>
    public bool IsInstallingSnapshot { get; set; }

    public void FetchSucceeded(long time)
    {
        FetchDeadline = time + fetchTimeoutMs;
        HasFetchedFromLeader = true;
    }

    /// <summary>The leader resigned: wait so long and no longer.</summary>
    public void OverrideFetchTimeout(long deadline) => FetchDeadline = deadline;

    public void RestartUpdateVoterPeriod(long time) => UpdateVoterDeadline = time + fetchTimeoutMs;

    /// <summary>Takes over the leader's high watermark; true when it moved up.</summary>
    public bool AdvanceHighWatermark(long offset)
    {
        if (HighWatermark is { } current && current >= offset)
            return false;
        HighWatermark = offset;
        return true;
    }

    // A follower that has heard its leader helps nobody to a new election; that is what keeps a cut-off voter out (KIP-996).
    public override bool CanGrantVote(ReplicaKey candidate, bool isLogUpToDate, bool isPreVote) =>
        isPreVote && isLogUpToDate && !HasFetchedFromLeader;
}
