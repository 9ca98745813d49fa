namespace Kafka.Modular.Network.Tls;

/// <summary>Who ended a handshake.</summary>
internal enum HandshakeEnd
{
    /// <summary>Nobody yet.</summary>
    None,

    /// <summary>It went well; the connection has another owner.</summary>
    Done,

    /// <summary>It failed by itself.</summary>
    Failed,

    /// <summary>It took too long.</summary>
    Late,

    /// <summary>Too many were under way, and its address had the most.</summary>
    Displaced,

    /// <summary>The server stops.</summary>
    Shutdown,
}
