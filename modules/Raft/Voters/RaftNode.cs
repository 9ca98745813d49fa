namespace Kafka.Modular.Raft.Voters;

/// <summary>
/// A destination of quorum requests: a node id and where to reach it. Servers of <c>controller.quorum.bootstrap.servers</c>, whose ids are not
/// known, have the ids -2, -3 and so on.
/// </summary>
/// <param name="Id">Node id, or a negative number for a bootstrap server.</param>
/// <param name="Endpoint">Where it listens.</param>
public readonly record struct RaftNode(int Id, RaftEndpoint Endpoint)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Id} ({Endpoint})";
}
