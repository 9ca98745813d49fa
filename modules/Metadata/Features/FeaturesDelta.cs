using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Features;

/// <summary>Which finalized levels changed. Metadata loop only; publishers read it while they are called.</summary>
public sealed class FeaturesDelta
{
    private readonly Dictionary<string, short> _changes = new(StringComparer.Ordinal);

    internal FeaturesDelta(FeaturesImage before) => Before = before;

    /// <summary>The levels before.</summary>
    public FeaturesImage Before { get; }

    /// <summary>New levels by feature, without <c>metadata.version</c>; 0 for one that is finalized no more.</summary>
    public IReadOnlyDictionary<string, short> Changes => _changes;

    /// <summary>The new metadata version, null if no record named it.</summary>
    public MetadataVersion? MetadataVersionChange { get; private set; }

    internal void Replay(FeatureLevelRecord record)
    {
        if (record.Name == MetadataVersion.FeatureName)
        {
            MetadataVersionChange = MetadataVersion.TryFromLevel(record.FeatureLevel, out var version)
                ? version
                : throw new MetadataReplayException(
                    $"The log is at metadata.version {record.FeatureLevel}; this server reads {MetadataVersion.Minimum.Level} ({MetadataVersion.Minimum}) "
                    + $"to {MetadataVersion.Latest.Level} ({MetadataVersion.Latest}).");
        }
        else if (record.Name != KafkaFeature.KRaftVersion.Name)
        {
            // kraft.version is finalized by a control record alone; some releases wrote it here by mistake (KAFKA-18979).
            _changes[record.Name] = record.FeatureLevel;
        }
    }

    internal void FinishSnapshot()
    {
        foreach (var feature in Before.FinalizedLevels.Keys)
            _changes.TryAdd(feature, 0);
    }

    internal FeaturesImage Apply()
    {
        if (_changes.Count == 0 && MetadataVersionChange is null)
            return Before;
        var levels = Before.FinalizedLevels.ToBuilder();
        foreach (var (feature, level) in _changes)
        {
            if (level == 0)
                levels.Remove(feature);
            else
                levels[feature] = level;
        }

        return new FeaturesImage(levels.ToImmutable(), MetadataVersionChange ?? Before.MetadataVersion);
    }
}
