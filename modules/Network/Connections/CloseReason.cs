namespace Kafka.Modular.Network.Connections;

/// <summary>Why a connection ended.</summary>
public enum CloseReason
{
    /// <summary>The peer closed it, or it was lost.</summary>
    Peer,

    /// <summary>The answer to a request asked for it.</summary>
    Reply,

    /// <summary>What arrived is not a request: a negative size, or one above <c>socket.request.max.bytes</c>.</summary>
    Malformed,

    /// <summary>Nothing moved for <c>connections.max.idle.ms</c>.</summary>
    Idle,

    /// <summary>The TLS handshake failed.</summary>
    Handshake,

    /// <summary>It was not authenticated in time.</summary>
    NotAuthenticated,

    /// <summary><c>max.connections</c> was exceeded, and it was the connection used least recently.</summary>
    TooMany,

    /// <summary>The server stops.</summary>
    Shutdown,

    /// <summary>Answering a request failed in a way that the dispatcher did not expect.</summary>
    Fault,
}
