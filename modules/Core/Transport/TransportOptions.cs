namespace Kafka.Modular.Core.Transport;

/// <summary>Options of a connection's socket.</summary>
public sealed record TransportOptions
{
    /// <summary>SO_SNDBUF in bytes; -1 keeps the system's own.</summary>
    public int SendBufferBytes { get; init; } = -1;

    /// <summary>SO_RCVBUF in bytes; -1 keeps the system's own.</summary>
    public int ReceiveBufferBytes { get; init; } = -1;
}
