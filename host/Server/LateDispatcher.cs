using Kafka.Modular.Network;
using Kafka.Modular.Network.Connections;
using Kafka.Modular.Network.Frames;

namespace Kafka.Modular.Server;

/// <summary>Ports are bound before there is anything to answer with; connections are accepted only once the dispatcher is set.</summary>
internal sealed class LateDispatcher : IRequestDispatcher, IConnectionObserver
{
    private long _requestCount;

    public IRequestDispatcher? Target { get; set; }

    /// <summary>Requests so far. Counted without a lock: a few may be missed, it is only to know a busy time from a quiet one.</summary>
    public long RequestCount => Volatile.Read(ref _requestCount);

    public void OnConnected(ConnectionContext connection) => (Target as IConnectionObserver)?.OnConnected(connection);

    public void OnDisconnected(ConnectionContext connection, CloseReason reason) => (Target as IConnectionObserver)?.OnDisconnected(connection, reason);

    public ValueTask<Reply> DispatchAsync(ConnectionContext connection, RequestFrame ownedFrame, CancellationToken cancellationToken)
    {
        _requestCount++;
        return (Target ?? throw new InvalidOperationException("Connections are accepted before the handlers are there.")).DispatchAsync(connection, ownedFrame, cancellationToken);
    }
}
