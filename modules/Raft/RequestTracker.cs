using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft;

/// <summary>
/// Which node has a request of ours in flight, and which one is left alone for a while after a failure. At most one request is in flight to
/// a node. Raft loop only; times are milliseconds on the state machine's clock.
/// </summary>
internal sealed class RequestTracker(IReadOnlyList<RaftNode> bootstrapNodes, int retryBackoffMs, int requestTimeoutMs, RandomSource random)
{
    private readonly SortedDictionary<int, Connection> _connections = [];

    /// <summary>When a request times out or a back-off ends next; <see cref="long.MaxValue"/> when nothing is under way.</summary>
    public long NextDeadline
    {
        get
        {
            var next = long.MaxValue;
            foreach (var connection in _connections.Values)
            {
                if (connection.Phase is Phase.AwaitingReply or Phase.BackingOff)
                    next = Math.Min(next, connection.Deadline);
            }

            return next;
        }
    }

    /// <summary>True when any node owes a reply.</summary>
    public bool HasInflight => _connections.Values.Any(connection => connection.Phase == Phase.AwaitingReply);

    /// <summary>Lets requests time out and back-offs end.</summary>
    public void Expire(long now)
    {
        foreach (var (id, connection) in _connections)
        {
            if (connection.Deadline > now)
                continue;
            if (connection.Phase == Phase.AwaitingReply)
                _expired.Add((id, Phase.TimedOut));
            else if (connection.Phase == Phase.BackingOff)
                _expired.Add((id, Phase.Ready));
        }

        foreach (var (id, phase) in _expired)
            _connections[id].Phase = phase;
        _expired.Clear();
    }

    private readonly List<(int Id, Phase Phase)> _expired = [];

    /// <summary>True when a request may be sent to the node.</summary>
    public bool IsReady(RaftNode node) =>
        !_connections.TryGetValue(node.Id, out var connection) || connection.Phase is Phase.Ready or Phase.TimedOut;

    /// <summary>True when the node is left alone after a failure.</summary>
    public bool IsBackingOff(RaftNode node) => _connections.TryGetValue(node.Id, out var connection) && connection.Phase == Phase.BackingOff;

    /// <summary>True when the node's last request timed out and nothing was sent to it since.</summary>
    public bool HasTimedOut(RaftNode node) => _connections.TryGetValue(node.Id, out var connection) && connection.Phase == Phase.TimedOut;

    /// <summary>True when this is the reply to the last request that went to the node.</summary>
    public bool IsExpected(RaftNode node, long correlationId) =>
        _connections.TryGetValue(node.Id, out var connection) && connection.CorrelationId == correlationId;

    /// <summary>A request went out.</summary>
    public void Sent(RaftNode node, long correlationId, long now) =>
        _connections[node.Id] = new() { Phase = Phase.AwaitingReply, CorrelationId = correlationId, Deadline = now + requestTimeoutMs };

    /// <summary>A reply came or the request failed.</summary>
    public void Completed(RaftNode node, long correlationId, bool succeeded, long now)
    {
        if (!IsExpected(node, correlationId))
            return;
        if (succeeded)
            _connections.Remove(node.Id);
        else
            _connections[node.Id] = new() { Phase = Phase.BackingOff, CorrelationId = -1, Deadline = now + retryBackoffMs };
    }

    /// <summary>Forgets a node's requests: replies to them are not expected any more.</summary>
    public void Reset(RaftNode node) => _connections.Remove(node.Id);

    /// <summary>Forgets all requests, after a transition.</summary>
    public void ResetAll() => _connections.Clear();

    /// <summary>A bootstrap server to ask, chosen at random, or null while a request is in flight or all are backing off.</summary>
    public RaftNode? FindBootstrap()
    {
        if (bootstrapNodes.Count == 0 || HasInflight)
            return null;
        var start = random.Next(bootstrapNodes.Count);
        for (var i = 0; i < bootstrapNodes.Count; i++)
        {
            var node = bootstrapNodes[(start + i) % bootstrapNodes.Count];
            if (IsReady(node))
                return node;
        }

        return null;
    }

    private enum Phase
    {
        Ready,
        AwaitingReply,
        BackingOff,
        TimedOut,
    }

    private sealed class Connection
    {
        public Phase Phase { get; set; }

        public long CorrelationId { get; init; }

        public long Deadline { get; init; }
    }
}
