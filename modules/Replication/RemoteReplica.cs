namespace Kafka.Modular.Replication;

/// <summary>What the leader knows of a follower. Guarded by the partition's lock.</summary>
/// <param name="BrokerId">The follower.</param>
internal sealed record RemoteReplica(int BrokerId)
{
    /// <summary>The end of its log as of its last fetch, -1 before the first.</summary>
    public long LogEndOffset { get; private set; } = -1;

    /// <summary>The start of its log as of its last fetch.</summary>
    public long LogStartOffset { get; private set; } = -1;

    /// <summary>When it had all that the leader had, in milliseconds since the Unix epoch.</summary>
    public long LastCaughtUpMs { get; private set; }

    private long _lastFetchMs;
    private long _leaderEndAtLastFetch;

    /// <summary>It fetched from an offset: everything below it is in its log.</summary>
    public void OnFetch(long fetchOffset, long logStartOffset, long nowMs, long leaderEndOffset)
    {
        // It has caught up with what the leader had at this fetch, or at the one before.
        if (fetchOffset >= leaderEndOffset)
        {
            LastCaughtUpMs = Math.Max(LastCaughtUpMs, nowMs);
        }
        else if (fetchOffset >= _leaderEndAtLastFetch)
        {
            LastCaughtUpMs = Math.Max(LastCaughtUpMs, _lastFetchMs);
        }

        LogEndOffset = fetchOffset;
        LogStartOffset = logStartOffset;
        _leaderEndAtLastFetch = leaderEndOffset;
        _lastFetchMs = nowMs;
    }

    /// <summary>A new leader epoch begins: what is known of it is forgotten.</summary>
    public void Reset(long nowMs, bool isInSync)
    {
        LogEndOffset = -1;
        LogStartOffset = -1;
        LastCaughtUpMs = isInSync ? nowMs : 0;
        _lastFetchMs = 0;
        _leaderEndAtLastFetch = 0;
    }

    /// <summary>Whether it has all that the leader has, or had it not long ago (<c>replica.lag.time.max.ms</c>).</summary>
    public bool IsCaughtUp(long leaderEndOffset, long nowMs, long maxLagMs) => LogEndOffset >= leaderEndOffset || nowMs - LastCaughtUpMs <= maxLagMs;
}
