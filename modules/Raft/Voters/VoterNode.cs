namespace Kafka.Modular.Raft.Voters;

/// <summary>One voter as the voter set describes it (KIP-853).</summary>
/// <param name="Key">Node id and directory id.</param>
/// <param name="Endpoints">Where the voter listens, by listener name.</param>
/// <param name="MinKRaftVersion">Lowest <c>kraft.version</c> that the voter supports.</param>
/// <param name="MaxKRaftVersion">Highest <c>kraft.version</c> that the voter supports.</param>
public sealed record VoterNode(ReplicaKey Key, RaftEndpoints Endpoints, short MinKRaftVersion = 0, short MaxKRaftVersion = 1)
{
    /// <summary>True when the voter supports this <c>kraft.version</c>.</summary>
    public bool Supports(short kraftVersion) => MinKRaftVersion <= kraftVersion && kraftVersion <= MaxKRaftVersion;
}
