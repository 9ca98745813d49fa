using System.Collections.Frozen;
using Kafka.Modular.Handlers.Connection;
using Kafka.Modular.Metadata.Features;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Raft.Driver;

namespace Kafka.Modular.Server.Wiring;

/// <summary>The features of this node: those whose APIs are served, and what the cluster has finalized of them.</summary>
internal sealed class FeatureVersions(MetadataCache metadata, RaftDriver raft) : IFeatureVersions
{
    /// <summary>
    /// What this node supports. Levels that open an API (transactions, consumer, share and streams groups) are named here once it is served, for a
    /// client that sees them uses it.
    /// </summary>
    public static FrozenDictionary<string, FeatureRange> SupportedRanges { get; } = new Dictionary<string, FeatureRange>(StringComparer.Ordinal)
    {
        [MetadataVersion.FeatureName] = new(MetadataVersion.Minimum.Level, MetadataVersion.LatestProduction.Level),
        [KafkaFeature.KRaftVersion.Name] = new(0, KafkaFeature.KRaftVersion.LatestLevel),
    }.ToFrozenDictionary();

    public IReadOnlyDictionary<string, (short Lowest, short Highest)> Supported { get; } =
        SupportedRanges.ToDictionary(static feature => feature.Key, static feature => (feature.Value.Min, feature.Value.Max), StringComparer.Ordinal);

    public (long Epoch, IReadOnlyDictionary<string, short> Levels) Finalized
    {
        get
        {
            var image = metadata.Image;
            if (image.Features.MetadataVersion is not { } version)
                return (-1, FrozenDictionary<string, short>.Empty);
            var levels = new Dictionary<string, short>(image.Features.FinalizedLevels, StringComparer.Ordinal)
            {
                [MetadataVersion.FeatureName] = version.Level,
            };
            if (raft.Status.KRaftVersion > 0)
                levels[KafkaFeature.KRaftVersion.Name] = raft.Status.KRaftVersion;
            return (image.Provenance.LastContainedOffset, levels);
        }
    }
}
