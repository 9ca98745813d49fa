using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.States;

/// <summary>Asks the voters for pre-votes or votes.</summary>
internal abstract class NomineeState(int epoch, long? highWatermark, VoterSet voters, long electionDeadline)
    : EpochState(epoch, highWatermark)
{
    /// <summary>The count of votes.</summary>
    public EpochElection Election { get; } = new(voters);

    /// <summary>When it gives up.</summary>
    public long ElectionDeadline => electionDeadline;
}

/// <summary>Asks whether it would be elected, without touching its epoch, so that a cut-off voter does not disturb a leader (KIP-996).</summary>
internal sealed class ProspectiveState : NomineeState
{
    public ProspectiveState(
        EpochState from, int localId, ReplicaKey? votedKey, VoterSet voters, long electionDeadline)
        : base(from.Epoch, from.HighWatermark, voters, electionDeadline)
    {
        LeaderId = from.LeaderId;
        LeaderEndpoints = from.LeaderEndpoints;
        VotedKey = votedKey;
        Election.Record(localId, granted: true);
    }

    public override int LeaderId { get; }

    public override RaftEndpoints LeaderEndpoints { get; }

    public override ReplicaKey? VotedKey { get; }

    public override string Name => VotedKey is null ? "prospective" : "prospective-voted";

    public override bool CanGrantVote(ReplicaKey candidate, bool isLogUpToDate, bool isPreVote) =>
        CanGrantWhileUndecided(candidate, isLogUpToDate, isPreVote);
}

/// <summary>Has raised the epoch, voted for itself, and asks for votes.</summary>
internal sealed class CandidateState : NomineeState
{
    private readonly ReplicaKey _local;

    public CandidateState(int epoch, ReplicaKey local, long? highWatermark, VoterSet voters, long electionDeadline)
        : base(epoch, highWatermark, voters, electionDeadline)
    {
        _local = local;
        Election.Record(local.Id, granted: true);
    }

    public override ReplicaKey? VotedKey => _local;

    public override string Name => "candidate";

    public override bool CanGrantVote(ReplicaKey candidate, bool isLogUpToDate, bool isPreVote) => isPreVote && isLogUpToDate;
}
