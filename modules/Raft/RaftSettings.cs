using Kafka.Modular.Core.Ids;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft;

/// <summary>What a quorum node needs to know of itself and its peers; times in milliseconds. Names are those of Kafka's configuration.</summary>
public sealed record RaftSettings
{
    /// <summary><c>node.id</c>.</summary>
    public required int NodeId { get; init; }

    /// <summary>Directory id of the metadata log directory.</summary>
    public required Uuid DirectoryId { get; init; }

    /// <summary>The cluster id from <c>meta.properties</c>; requests that name another are refused with INCONSISTENT_CLUSTER_ID.</summary>
    public required string ClusterId { get; init; }

    /// <summary>First name in <c>controller.listener.names</c>: the listener on which quorum nodes reach each other.</summary>
    public string ControllerListenerName { get; init; } = "CONTROLLER";

    /// <summary>Where this node's controller listeners can be reached; empty for a broker that is no controller.</summary>
    public RaftEndpoints LocalEndpoints { get; init; } = RaftEndpoints.Empty;

    /// <summary><c>controller.quorum.voters</c>; empty when the voters come from the log (KIP-853).</summary>
    public VoterSet StaticVoters { get; init; } = VoterSet.Empty;

    /// <summary><c>controller.quorum.bootstrap.servers</c>; when empty the static voters are asked.</summary>
    public IReadOnlyList<RaftEndpoint> BootstrapServers { get; init; } = [];

    /// <summary>True when the <c>controller</c> role is in <c>process.roles</c>: the node can become a voter and flushes before it fetches on.</summary>
    public bool CanBecomeVoter { get; init; } = true;

    /// <summary><c>controller.quorum.auto.join.enable</c>: an observer that can become a voter adds itself (KIP-1186).</summary>
    public bool AutoJoin { get; init; }

    /// <summary><c>controller.quorum.election.timeout.ms</c>.</summary>
    public int ElectionTimeoutMs { get; init; } = 1000;

    /// <summary><c>controller.quorum.fetch.timeout.ms</c>.</summary>
    public int FetchTimeoutMs { get; init; } = 2000;

    /// <summary><c>controller.quorum.election.backoff.max.ms</c>.</summary>
    public int ElectionBackoffMaxMs { get; init; } = 1000;

    /// <summary><c>controller.quorum.request.timeout.ms</c>.</summary>
    public int RequestTimeoutMs { get; init; } = 2000;

    /// <summary><c>controller.quorum.retry.backoff.ms</c>.</summary>
    public int RetryBackoffMs { get; init; } = 20;

    /// <summary>How long a fetch may wait at the leader for records.</summary>
    public int FetchMaxWaitMs { get; init; } = 500;

    /// <summary>Most bytes of one fetch and of one batch.</summary>
    public int MaxBatchBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary><c>metadata.max.retention.bytes</c>, negative for no limit.</summary>
    public long MaxRetentionBytes { get; init; } = 100 * 1024 * 1024;

    /// <summary><c>metadata.max.retention.ms</c>, negative for no limit.</summary>
    public long MaxRetentionMs { get; init; } = 7L * 24 * 60 * 60 * 1000;

    /// <summary>Highest <c>kraft.version</c> that this node supports.</summary>
    public short MaxKRaftVersion { get; init; } = 1;

    /// <summary>This node as a replica.</summary>
    internal ReplicaKey LocalKey => new(NodeId, DirectoryId);

    /// <summary>This node as a voter.</summary>
    internal VoterNode LocalVoter => new(LocalKey, LocalEndpoints, 0, MaxKRaftVersion);
}
