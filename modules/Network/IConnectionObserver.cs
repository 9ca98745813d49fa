using Kafka.Modular.Network.Connections;

namespace Kafka.Modular.Network;

/// <summary>Is told of connections that come and go. Called on the thread that noticed; it must not block.</summary>
public interface IConnectionObserver
{
    /// <summary>A connection was accepted; nothing was received yet.</summary>
    void OnConnected(ConnectionContext connection);

    /// <summary>A connection is gone. Requests of it may still be under way; their token is cancelled.</summary>
    void OnDisconnected(ConnectionContext connection, CloseReason reason);
}
