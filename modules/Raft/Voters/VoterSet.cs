namespace Kafka.Modular.Raft.Voters;

/// <summary>The voters of the quorum, immutable, at most one for each node id, compared by content.</summary>
public sealed class VoterSet : IEquatable<VoterSet>
{
    private readonly SortedDictionary<int, VoterNode> _voters;

    /// <summary>Creates a set.</summary>
    /// <exception cref="ArgumentException">Two voters have the same node id.</exception>
    public VoterSet(IEnumerable<VoterNode> voters)
    {
        _voters = [];
        foreach (var voter in voters)
            _voters.Add(voter.Key.Id, voter);
    }

    /// <summary>No voters: what a node knows before it has talked to a leader.</summary>
    public static VoterSet Empty { get; } = new([]);

    /// <summary>Number of voters.</summary>
    public int Count => _voters.Count;

    /// <summary>The voters by ascending node id.</summary>
    public IReadOnlyCollection<VoterNode> Nodes => _voters.Values;

    /// <summary>The node ids of the voters, ascending.</summary>
    public IReadOnlyCollection<int> Ids => _voters.Keys;

    /// <summary>The voter with a node id, or null.</summary>
    public VoterNode? Find(int id) => _voters.GetValueOrDefault(id);

    /// <summary>True when the replica, directory included where the set knows it, is a voter.</summary>
    public bool IsVoter(ReplicaKey replica) => _voters.TryGetValue(replica.Id, out var voter) && voter.Key.Matches(replica);

    /// <summary>True when the replica is the only voter.</summary>
    public bool IsOnlyVoter(ReplicaKey replica) => Count == 1 && IsVoter(replica);

    /// <summary>The endpoints of a voter, empty when the id is not in the set.</summary>
    public RaftEndpoints EndpointsOf(int id) => Find(id)?.Endpoints ?? RaftEndpoints.Empty;

    /// <summary>The voter as a destination on a listener, or null when it has no endpoint there.</summary>
    public RaftNode? NodeOn(int id, string listener) => EndpointsOf(id).Find(listener) is { } endpoint ? new RaftNode(id, endpoint) : null;

    /// <summary>True when the set holds this voter with other endpoints or another version range.</summary>
    public bool NeedsUpdate(VoterNode voter) =>
        _voters.TryGetValue(voter.Key.Id, out var old) && old.Key.Matches(voter.Key) && old != voter;

    /// <summary>The set with one more voter, or null when its node id is taken.</summary>
    public VoterSet? Add(VoterNode voter) => _voters.ContainsKey(voter.Key.Id) ? null : new VoterSet([.. _voters.Values, voter]);

    /// <summary>The set without a voter, or null when the replica is not in it.</summary>
    public VoterSet? Remove(ReplicaKey replica) =>
        IsVoter(replica) ? new VoterSet(_voters.Values.Where(voter => voter.Key.Id != replica.Id)) : null;

    /// <summary>The set with a voter's description replaced, or null when the replica is not in it.</summary>
    public VoterSet? Update(VoterNode voter) => IsVoter(voter.Key) ? Replace(voter) : null;

    /// <summary>The set with a voter's description replaced whatever its directory id, or null when the node id is not in it.</summary>
    public VoterSet? UpdateIgnoringDirectory(VoterNode voter) => _voters.ContainsKey(voter.Key.Id) ? Replace(voter) : null;

    /// <summary>True when every majority of one set meets every majority of the other: they differ by at most one voter.</summary>
    public bool HasOverlappingMajority(VoterSet other)
    {
        var mine = _voters.Values.Select(voter => voter.Key).ToHashSet();
        var theirs = other._voters.Values.Select(voter => voter.Key).ToHashSet();
        return mine.Count(key => !theirs.Contains(key)) <= 1 && theirs.Count(key => !mine.Contains(key)) <= 1;
    }

    /// <inheritdoc/>
    public bool Equals(VoterSet? other) => other is not null && _voters.Values.SequenceEqual(other._voters.Values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VoterSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var voter in _voters.Values)
            hash.Add(voter);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", _voters.Values.Select(voter => voter.Key))}]";

    private VoterSet Replace(VoterNode voter) => new([.. _voters.Values.Where(old => old.Key.Id != voter.Key.Id), voter]);
}
