using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Replication.Sessions;

/// <summary>
/// The fetch sessions of a broker, at most <c>max.incremental.fetch.session.cache.slots</c> (KIP-227). A session that is full of life is not evicted for
/// a smaller one. Any thread.
/// </summary>
public sealed class FetchSessionCache
{
    /// <summary>A session is safe from eviction for so long after it was made, unless it lies idle for so long; Kafka has no key for it.</summary>
    private const long MinEvictionMs = 120_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, FetchSession> _sessions = [];
    private readonly int _maxSessions;
    private readonly RandomSource _random;
    private readonly TimeProvider _time;

    /// <summary>Creates an empty cache.</summary>
    public FetchSessionCache(int maxSessions, RandomSource random, TimeProvider time)
    {
        _maxSessions = maxSessions;
        _random = random;
        _time = time;
    }

    /// <summary>How many sessions there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _sessions.Count;
            }
        }
    }

    /// <summary>Partitions in all sessions together.</summary>
    public int PartitionCount
    {
        get
        {
            lock (_lock)
            {
                return _sessions.Values.Sum(static session => session.Size);
            }
        }
    }

    /// <summary>Sessions given up for others so far.</summary>
    public long Evictions { get; private set; }

    /// <summary>
    /// Makes a session for a full fetch, if there is room for one of that size; null when there is not: the reply then has session id 0.
    /// </summary>
    public FetchSession? TryCreate(bool isPrivileged, bool usesTopicIds, int size)
    {
        lock (_lock)
        {
            var nowMs = NowMs;
            if (_sessions.Count >= _maxSessions && !TryEvict(isPrivileged, size, nowMs))
            {
                return null;
            }

            int id;
            do
            {
                id = 1 + _random.Next(int.MaxValue - 1);
            }
            while (_sessions.ContainsKey(id));

            var session = new FetchSession(id, isPrivileged, usesTopicIds, nowMs);
            _sessions.Add(id, session);
            return session;
        }
    }

    /// <summary>Finds the session of an incremental fetch, and moves it on to its next epoch.</summary>
    /// <returns>NONE; FETCH_SESSION_ID_NOT_FOUND, INVALID_FETCH_SESSION_EPOCH or FETCH_SESSION_TOPIC_ID_ERROR with no session.</returns>
    public ErrorCode TryContinue(int id, int epoch, bool usesTopicIds, out FetchSession? session)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(id, out session))
            {
                return ErrorCode.FetchSessionIdNotFound;
            }

            if (session.NextEpoch != epoch)
            {
                session = null;
                return ErrorCode.InvalidFetchSessionEpoch;
            }

            if (session.UsesTopicIds != usesTopicIds)
            {
                session = null;
                return ErrorCode.FetchSessionTopicIdError;
            }

            session.NextEpoch = FetchSessionEpoch.Next(epoch);
            session.LastUsedMs = NowMs;
            return ErrorCode.None;
        }
    }

    /// <summary>Ends a session, if it is there.</summary>
    public void Remove(int id)
    {
        lock (_lock)
        {
            _sessions.Remove(id);
        }
    }

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Gives up the session that lies idle longest, or one that is smaller or a consumer's where a follower asks.</summary>
    private bool TryEvict(bool isPrivileged, int size, long nowMs)
    {
        var idle = _sessions.Values.MinBy(static session => session.LastUsedMs);
        if (idle is null)
        {
            return false;
        }

        if (nowMs - idle.LastUsedMs > MinEvictionMs)
        {
            return Evict(idle);
        }

        var least = _sessions.Values
            .Where(session => isPrivileged && !session.IsPrivileged || nowMs - session.CreatedMs > MinEvictionMs)
            .MinBy(static session => (session.IsPrivileged, session.Size, session.Id));
        return least is not null
            && (isPrivileged && !least.IsPrivileged || (isPrivileged == least.IsPrivileged && size > least.Size))
            && Evict(least);
    }

    private bool Evict(FetchSession session)
    {
        Evictions++;
        return _sessions.Remove(session.Id);
    }
}
