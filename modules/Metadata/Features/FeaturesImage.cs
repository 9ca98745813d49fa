using System.Collections.Immutable;
using Kafka.Modular.Metadata.Collections;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Features;

/// <summary>The finalized feature levels (KIP-584). Immutable, any thread.</summary>
public sealed class FeaturesImage : IEquatable<FeaturesImage>
{
    internal FeaturesImage(ImmutableDictionary<string, short> finalizedLevels, MetadataVersion? metadataVersion)
    {
        FinalizedLevels = finalizedLevels;
        MetadataVersion = metadataVersion;
    }

    /// <summary>Nothing finalized.</summary>
    public static FeaturesImage Empty { get; } = new(ImmutableDictionary.Create<string, short>(StringComparer.Ordinal), null);

    /// <summary>The finalized levels above 0 by feature, without <c>metadata.version</c> and <c>kraft.version</c>.</summary>
    public ImmutableDictionary<string, short> FinalizedLevels { get; }

    /// <summary>The metadata version; null before the first record of the log.</summary>
    public MetadataVersion? MetadataVersion { get; }

    /// <summary>The metadata version.</summary>
    /// <exception cref="InvalidOperationException">The log has not named one yet.</exception>
    public MetadataVersion MetadataVersionOrThrow =>
        MetadataVersion ?? throw new InvalidOperationException("The metadata log has not named its metadata.version yet.");

    /// <summary>Whether partitions keep eligible leader replicas (KIP-966).</summary>
    public bool IsEligibleLeaderReplicasEnabled => FinalizedLevel(KafkaFeature.EligibleLeaderReplicasVersion.Name) > 0;

    /// <summary>True when nothing is finalized.</summary>
    public bool IsEmpty => FinalizedLevels.IsEmpty && MetadataVersion is null;

    /// <summary>The finalized level of a feature, 0 without one.</summary>
    public short FinalizedLevel(string feature) =>
        feature == Features.MetadataVersion.FeatureName ? MetadataVersion?.Level ?? 0 : FinalizedLevels.GetValueOrDefault(feature);

    /// <inheritdoc/>
    public bool Equals(FeaturesImage? other) =>
        other is not null && MetadataVersion == other.MetadataVersion && FinalizedLevels.ContentEquals(other.FinalizedLevels);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FeaturesImage);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MetadataVersion?.Level, FinalizedLevels.Count);

    internal void Write(IMetadataRecordWriter writer, ImageWriterOptions options)
    {
        // The metadata version comes first: a reader must know it before anything else (KIP-778).
        writer.Write(Level(Features.MetadataVersion.FeatureName, options.MetadataVersion.Level));
        foreach (var (feature, level) in FinalizedLevels.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            writer.Write(Level(feature, level));
    }

    private static MetadataRecord Level(string feature, short level) =>
        new(new FeatureLevelRecord { Name = feature, FeatureLevel = level }, 0);
}
