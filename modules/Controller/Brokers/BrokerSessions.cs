namespace Kafka.Modular.Controller.Brokers;

/// <summary>
/// When each registered broker was heard of last. It is the active controller's own knowledge and in no record. Lives on the controller's loop.
/// </summary>
internal sealed class BrokerSessions
{
    private readonly Dictionary<int, Session> _sessions = [];

    /// <summary>Forgets everything: another node was active.</summary>
    public void Clear() => _sessions.Clear();

    /// <summary>A broker was heard of; what it has replayed of the metadata log comes with it.</summary>
    public void Touch(int brokerId, long nowMs, long metadataOffset)
        => _sessions[brokerId] = new Session(nowMs, metadataOffset);

    /// <summary>Makes sure that a broker's session is timed from now on, at the latest.</summary>
    public void Track(int brokerId, long nowMs) => _sessions.TryAdd(brokerId, new Session(nowMs, -1));

    /// <summary>A broker is gone.</summary>
    public void Remove(int brokerId) => _sessions.Remove(brokerId);

    /// <summary>The lowest offset that an active broker has replayed up to, or <see cref="long.MaxValue"/> when there is none.</summary>
    public long LowestMetadataOffset(IEnumerable<int> activeBrokers)
        => activeBrokers.Select(id => _sessions.TryGetValue(id, out var session) ? session.MetadataOffset : -1).DefaultIfEmpty(long.MaxValue).Min();

    /// <summary>Whether a broker has not been heard of for its session's length.</summary>
    public bool IsExpired(int brokerId, long nowMs, long sessionTimeoutMs)
        => _sessions.TryGetValue(brokerId, out var session) && nowMs - session.LastContactMs >= sessionTimeoutMs;

    private readonly record struct Session(long LastContactMs, long MetadataOffset);
}
