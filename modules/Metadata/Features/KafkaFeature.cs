using System.Diagnostics.CodeAnalysis;

namespace Kafka.Modular.Metadata.Features;

/// <summary>A feature besides <c>metadata.version</c> that has finalized levels (KIP-584, KIP-1022). Immutable, any thread.</summary>
public sealed class KafkaFeature
{
    private KafkaFeature(string name, params (short Bootstrap, short? Requires)[] levels)
    {
        Name = name;
        Levels =
        [
            .. levels.Select((level, index) => new FeatureLevel(
                (short)index,
                MetadataVersion.FromLevel(level.Bootstrap),
                level.Requires is { } required ? MetadataVersion.FromLevel(required) : null)),
        ];
    }

    /// <summary><c>kraft.version</c>: 1 allows the voters to change (KIP-853). Finalized by a control record, not by FeatureLevelRecord.</summary>
    public static KafkaFeature KRaftVersion { get; } = new("kraft.version", (7, null), (21, null));

    /// <summary><c>transaction.version</c>: 1 flexible transaction log records, 2 epochs that rise with every transaction (KIP-890).</summary>
    public static KafkaFeature TransactionVersion { get; } = new("transaction.version", (7, null), (24, null), (24, null));

    /// <summary><c>group.version</c>: 1 consumer groups (KIP-848).</summary>
    public static KafkaFeature GroupVersion { get; } = new("group.version", (7, null), (22, null));

    /// <summary><c>eligible.leader.replicas.version</c>: 1 eligible leader replicas (KIP-966).</summary>
    public static KafkaFeature EligibleLeaderReplicasVersion { get; } =
        new("eligible.leader.replicas.version", (7, null), (26, 23));

    /// <summary><c>share.version</c>: 1 share groups (KIP-932).</summary>
    public static KafkaFeature ShareVersion { get; } = new("share.version", (7, null), (28, null));

    /// <summary><c>streams.version</c>: 1 streams groups (KIP-1071).</summary>
    public static KafkaFeature StreamsVersion { get; } = new("streams.version", (7, null), (29, null));

    /// <summary>Every feature besides <c>metadata.version</c>.</summary>
    public static IReadOnlyList<KafkaFeature> All { get; } =
        [KRaftVersion, TransactionVersion, GroupVersion, EligibleLeaderReplicasVersion, ShareVersion, StreamsVersion];

    /// <summary>The name in records, requests and tools.</summary>
    public string Name { get; }

    /// <summary>The levels from 0 on.</summary>
    public IReadOnlyList<FeatureLevel> Levels { get; }

    /// <summary>The newest level.</summary>
    public short LatestLevel => Levels[^1].Level;

    /// <summary>Finds a feature by name.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out KafkaFeature? feature)
    {
        feature = All.FirstOrDefault(candidate => candidate.Name == name);
        return feature is not null;
    }

    /// <summary>The level that a cluster formatted at <paramref name="version"/> gets unless told otherwise (KIP-1022).</summary>
    public short DefaultLevel(MetadataVersion version) => Levels.Last(level => level.BootstrapMetadataVersion <= version).Level;
}
