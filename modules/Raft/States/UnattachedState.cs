using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.States;

/// <summary>Knows its epoch but no leader that it could fetch from; may have voted.</summary>
internal sealed class UnattachedState(int epoch, int leaderId, ReplicaKey? votedKey, long? highWatermark, long electionDeadline)
    : EpochState(epoch, highWatermark)
{
    public override int LeaderId => leaderId;

    public override ReplicaKey? VotedKey => votedKey;

    public override string Name => votedKey is null ? "unattached" : "unattached-voted";

    /// <summary>When a voter asks for pre-votes.</summary>
    public long ElectionDeadline => electionDeadline;

    public override bool CanGrantVote(ReplicaKey candidate, bool isLogUpToDate, bool isPreVote) =>
        CanGrantWhileUndecided(candidate, isLogUpToDate, isPreVote);
}
