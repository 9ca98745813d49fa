using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.States;

/// <summary>What a replica must remember over a restart: its epoch, the leader it knew, and whom it voted for (KIP-595).</summary>
/// <param name="Epoch">Epoch, 0 before the first election.</param>
/// <param name="LeaderId">Leader in that epoch, or -1.</param>
/// <param name="VotedKey">Candidate that got this replica's vote in that epoch, or null.</param>
/// <param name="Voters">Ids of the voters; written at <c>kraft.version</c> 0 only.</param>
internal sealed record ElectionState(int Epoch, int LeaderId, ReplicaKey? VotedKey, IReadOnlyCollection<int> Voters)
{
    /// <summary>True when a leader is known.</summary>
    public bool HasLeader => LeaderId >= 0;

    /// <summary>True when the replica got the vote; an unknown directory on either side of the record matches by id.</summary>
    public bool VotedFor(ReplicaKey replica) => VotedKey is { } voted && voted.Matches(replica);
}
