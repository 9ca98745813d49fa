using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.States;

/// <summary>Leads the epoch: knows how far each replica is, commits what a majority has flushed, resigns when the majority stays away.</summary>
internal sealed class LeaderState : EpochState
{
    private const long ObserverSessionTimeoutMs = 300_000;

    // The leader is more patient than its followers, so that it does not resign before they would elect another.
    private const double CheckQuorumFactor = 1.5;

    private readonly ReplicaKey _local;
    private readonly RaftEndpoints _localEndpoints;
    private readonly SortedDictionary<ReplicaKey, ReplicaProgress> _observers = [];
    private readonly HashSet<int> _fetchedVoters = [];
    private readonly long _checkQuorumTimeoutMs;
    private readonly long _beginEpochPeriodMs;
    private SortedDictionary<int, ReplicaProgress> _voters = [];

    public LeaderState(VoterNode local, int epoch, long epochStartOffset, VoterSet voters, int fetchTimeoutMs, long now)
        : base(epoch, null)
    {
        _local = local.Key;
        _localEndpoints = local.Endpoints;
        EpochStartOffset = epochStartOffset;
        _checkQuorumTimeoutMs = (long)(fetchTimeoutMs * CheckQuorumFactor);
        _beginEpochPeriodMs = fetchTimeoutMs / 2;
        CheckQuorumDeadline = now + _checkQuorumTimeoutMs;
        NextBeginEpoch = now;
        foreach (var voter in voters.Nodes)
            _voters[voter.Key.Id] = new(voter.Key, voter.Endpoints);
    }

    public override int LeaderId => _local.Id;

    public override RaftEndpoints LeaderEndpoints => _localEndpoints;

    public override string Name => "leader";

    /// <summary>Offset of the LeaderChange record: nothing is committed in this epoch before it is (Raft §5.4.2).</summary>
    public long EpochStartOffset { get; }

    /// <summary>When the leader resigns unless a majority fetches.</summary>
    public long CheckQuorumDeadline { get; private set; }

    /// <summary>When voters that do not fetch are told again of this leader.</summary>
    public long NextBeginEpoch { get; private set; }

    public bool IsResignRequested { get; set; }

    /// <summary>The change of voters in progress, or null.</summary>
    public PendingVoterChange? VoterChange { get; set; }

    /// <summary>At <c>kraft.version</c> 0: what the voters said of themselves, kept until the version is upgraded.</summary>
    public VoterSet? ReportedVoters { get; set; }

    /// <summary>True when a check for a fetching majority applies: not to a quorum of one.</summary>
    public bool IsCheckQuorumActive => _voters.Count > 1 || !_voters.ContainsKey(_local.Id);

    public IReadOnlyCollection<ReplicaProgress> Voters => _voters.Values;

    public override bool CanGrantVote(ReplicaKey candidate, bool isLogUpToDate, bool isPreVote) => false;

    /// <summary>Voters that have not fetched for half a fetch timeout.</summary>
    public IReadOnlyList<ReplicaKey> SilentVoters(long now) =>
        [.. _voters.Values
            .Where(voter => voter.Key.Id != _local.Id && (voter.LastFetchMs < 0 || now - voter.LastFetchMs >= _beginEpochPeriodMs))
            .Select(voter => voter.Key)];

    public void BeginEpochSent(long now) => NextBeginEpoch = now + _beginEpochPeriodMs;

    /// <summary>A voter fetched: a majority of them starts the check anew.</summary>
    public void VoterFetched(ReplicaKey replica, long now)
    {
        if (!IsVoter(replica))
            return;
        _fetchedVoters.Add(replica.Id);
        var needed = (_voters.Count / 2) + 1 - (_voters.ContainsKey(_local.Id) ? 1 : 0);
        if (_fetchedVoters.Count < needed)
            return;
        _fetchedVoters.Clear();
        CheckQuorumDeadline = now + _checkQuorumTimeoutMs;
    }

    /// <summary>The leader's own log is flushed up to here; true when the high watermark moved.</summary>
    public bool LocalFlushed(long flushedOffset)
    {
        ProgressOf(_local).EndOffset = flushedOffset;
        return TryAdvanceHighWatermark();
    }

    /// <summary>A replica fetched from this offset on; true when the high watermark moved.</summary>
    public bool ReplicaFetched(ReplicaKey replica, long offset, long leaderEndOffset, long now)
    {
        if (replica.Id < 0)
            return false;
        ProgressOf(replica).Fetched(offset, leaderEndOffset, now);
        VoterFetched(replica, now);
        return IsVoter(replica) && TryAdvanceHighWatermark();
    }

    /// <summary>The voter set changed: who was an observer and becomes a voter keeps its progress, and the other way round.</summary>
    public void UseVoters(VoterSet voters)
    {
        var old = _voters;
        _voters = [];
        foreach (var voter in voters.Nodes)
        {
            ReplicaProgress progress;
            if (old.TryGetValue(voter.Key.Id, out var known) && known.Key.Matches(voter.Key))
                (progress, _) = (known, old.Remove(voter.Key.Id));
            else if (!_observers.Remove(voter.Key, out progress!))
                progress = new(voter.Key, voter.Endpoints);
            progress.Key = voter.Key;
            progress.Endpoints = voter.Endpoints;
            _voters[voter.Key.Id] = progress;
        }

        foreach (var removed in old.Values)
        {
            removed.Endpoints = RaftEndpoints.Empty;
            _observers.TryAdd(removed.Key, removed);
        }
    }

    /// <summary>Voters other than the leader, those that have most of the log first.</summary>
    public IReadOnlyList<ReplicaKey> SuccessorsByProgress() =>
        [.. ByProgress().Where(voter => voter.Key.Id != _local.Id).Select(voter => voter.Key)];

    /// <summary>True when an observer has had the whole log within the last hour.</summary>
    public bool IsCaughtUp(ReplicaKey replica, long now) =>
        _observers.TryGetValue(replica, out var progress)
        && progress.LastCaughtUpMs >= 0
        && now - progress.LastFetchMs < 3_600_000;

    /// <summary>The observers that have fetched within their session timeout.</summary>
    public IReadOnlyCollection<ReplicaProgress> ActiveObservers(long now)
    {
        var inactive = _observers.Values
            .Where(observer => observer.Key != _local && (observer.LastFetchMs < 0 || now - observer.LastFetchMs >= ObserverSessionTimeoutMs))
            .Select(observer => observer.Key)
            .ToArray();
        foreach (var key in inactive)
            _observers.Remove(key);
        return _observers.Values;
    }

    private bool IsVoter(ReplicaKey replica) => _voters.TryGetValue(replica.Id, out var voter) && voter.Key.Matches(replica);

    private ReplicaProgress ProgressOf(ReplicaKey replica)
    {
        if (_voters.TryGetValue(replica.Id, out var voter) && voter.Key.Matches(replica))
            return voter;
        if (!_observers.TryGetValue(replica, out var observer))
            _observers[replica] = observer = new(replica, RaftEndpoints.Empty);
        return observer;
    }

    private IEnumerable<ReplicaProgress> ByProgress() =>
        _voters.Values.OrderByDescending(voter => voter.EndOffset ?? -1).ThenBy(voter => voter.Key);

    private bool TryAdvanceHighWatermark()
    {
        if (_voters.Count == 0)
            return false;
        var replicated = ByProgress().ElementAt(_voters.Count / 2).EndOffset;
        if (replicated is not { } offset || offset <= EpochStartOffset || offset <= (HighWatermark ?? -1))
            return false;
        HighWatermark = offset;
        return true;
    }
}
