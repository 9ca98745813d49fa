namespace Kafka.Modular.Raft.Voters;

/// <summary>Where a quorum node listens.</summary>
/// <param name="Host">Host name or address.</param>
/// <param name="Port">TCP port, 0 to 65535.</param>
public readonly record struct RaftEndpoint(string Host, int Port)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Host}:{Port}";
}
