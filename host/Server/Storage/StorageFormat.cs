using Kafka.Modular.Metadata.Features;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Server.Storage;

/// <summary>What log directories are formatted with.</summary>
public sealed record StorageFormat
{
    /// <summary>The cluster's id.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The node's id.</summary>
    public required int NodeId { get; init; }

    /// <summary>The metadata version to begin with.</summary>
    public MetadataVersion MetadataVersion { get; init; } = MetadataVersion.LatestProduction;

    /// <summary>Levels of other features to begin with; level 0 is left out.</summary>
    public IReadOnlyDictionary<string, short> Features { get; init; } = new Dictionary<string, short>(StringComparer.Ordinal);

    /// <summary>
    /// Where this node's controller is reached, when it is the only voter to begin with (<c>--standalone</c>); null for static voters, or for a node that
    /// joins others.
    /// </summary>
    public RaftEndpoints? Standalone { get; init; }

    /// <summary>The voters to begin with (<c>--initial-controllers</c>), this node among them or not; null for none or for <see cref="Standalone"/>.</summary>
    public VoterSet? InitialVoters { get; init; }

    /// <summary>SCRAM credentials to begin with (<c>--add-scram</c>, KIP-900).</summary>
    public IReadOnlyList<UserScramCredentialRecord> Credentials { get; init; } = [];
}
