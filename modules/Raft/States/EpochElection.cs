using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.States;

/// <summary>Counts the votes of one election or pre-vote. Raft loop only.</summary>
internal sealed class EpochElection
{
    private readonly SortedDictionary<int, (ReplicaKey Key, bool? Granted)> _votes = [];

    public EpochElection(VoterSet voters)
    {
        foreach (var voter in voters.Nodes)
            _votes[voter.Key.Id] = (voter.Key, null);
    }

    /// <summary>True when a majority granted its vote.</summary>
    public bool IsGranted => _votes.Values.Count(vote => vote.Granted == true) >= Majority;

    /// <summary>True when no majority can be reached any more.</summary>
    public bool IsRejected => _votes.Values.Count(vote => vote.Granted != false) < Majority;

    /// <summary>Voters that have not answered yet.</summary>
    public IEnumerable<ReplicaKey> Unrecorded => _votes.Values.Where(vote => vote.Granted is null).Select(vote => vote.Key);

    /// <summary>Voters that granted their vote.</summary>
    public IReadOnlyList<ReplicaKey> Granting => [.. _votes.Values.Where(vote => vote.Granted == true).Select(vote => vote.Key)];

    private int Majority => (_votes.Count / 2) + 1;

    /// <summary>Counts a vote; false when the id is not a voter's.</summary>
    public bool Record(int voterId, bool granted)
    {
        if (!_votes.TryGetValue(voterId, out var vote))
            return false;
        _votes[voterId] = (vote.Key, granted);
        return true;
    }
}
