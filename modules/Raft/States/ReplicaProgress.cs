using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.States;

/// <summary>What the leader knows of one replica's progress.</summary>
internal sealed class ReplicaProgress(ReplicaKey key, RaftEndpoints endpoints)
{
    private long _leaderEndAtLastFetch = -1;

    public ReplicaKey Key { get; set; } = key;

    public RaftEndpoints Endpoints { get; set; } = endpoints;

    /// <summary>Offset up to which the replica has the log, or null before its first fetch in this epoch.</summary>
    public long? EndOffset { get; set; }

    /// <summary>Milliseconds on the state machine's clock, or -1.</summary>
    public long LastFetchMs { get; private set; } = -1;

    /// <summary>Milliseconds on the state machine's clock, or -1.</summary>
    public long LastCaughtUpMs { get; private set; } = -1;

    /// <summary>A fetch at this offset arrived while the leader's log ended at <paramref name="leaderEndOffset"/>.</summary>
    public void Fetched(long offset, long leaderEndOffset, long now)
    {
        // Having at least what the leader had at the previous fetch means having been caught up then.
        if (offset >= leaderEndOffset)
            LastCaughtUpMs = Math.Max(LastCaughtUpMs, now);
        else if (_leaderEndAtLastFetch > 0 && offset >= _leaderEndAtLastFetch)
            LastCaughtUpMs = Math.Max(LastCaughtUpMs, LastFetchMs);
        _leaderEndAtLastFetch = leaderEndOffset;
        LastFetchMs = Math.Max(LastFetchMs, now);
        EndOffset = offset;
    }
}
