using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.States;

/// <summary>
/// Was the leader of the epoch and is not any more, by its own will or because it restarted. It tells the voters, and raises the epoch when nobody
/// takes over.
/// </summary>
internal sealed class ResignedState(
    int epoch, int localId, RaftEndpoints localEndpoints, IEnumerable<int> voterIds, IReadOnlyList<ReplicaKey> preferredSuccessors,
    long electionDeadline)
    : EpochState(epoch, null)
{
    private readonly SortedSet<int> _unacknowledged = [.. voterIds.Where(id => id != localId)];

    public override int LeaderId => localId;

    public override RaftEndpoints LeaderEndpoints => localEndpoints;

    public override string Name => "resigned";

    public long ElectionDeadline => electionDeadline;

    /// <summary>Voters by descending fetch offset.</summary>
    public IReadOnlyList<ReplicaKey> PreferredSuccessors => preferredSuccessors;

    /// <summary>Voters that have not yet answered EndQuorumEpoch.</summary>
    public IReadOnlyCollection<int> Unacknowledged => _unacknowledged;

    public void Acknowledged(int voterId) => _unacknowledged.Remove(voterId);

    public override bool CanGrantVote(ReplicaKey candidate, bool isLogUpToDate, bool isPreVote) => isPreVote && isLogUpToDate;
}
