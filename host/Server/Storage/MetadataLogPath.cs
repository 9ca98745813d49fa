using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Values;
using Kafka.Modular.LogStorage;

namespace Kafka.Modular.Server.Storage;

/// <summary>The directories of a node, and the settings of the quorum's log in one of them.</summary>
public static class MetadataLogPath
{
    /// <summary>The folder of the quorum's log.</summary>
    public const string PartitionName = "__cluster_metadata-0";

    /// <summary>The directory that holds the quorum's log: <c>metadata.log.dir</c>, or the first of <c>log.dirs</c>.</summary>
    public static string Of(NodeConfiguration configuration)
        => configuration.Settings<MetadataLogSettings>().MetadataLogDir ?? configuration.Settings<LogSettings>().LogDirs[0];

    /// <summary>Every directory of the node.</summary>
    public static IReadOnlyList<string> All(NodeConfiguration configuration)
        => [.. configuration.Settings<LogSettings>().LogDirs.Append(Of(configuration)).Distinct(StringComparer.Ordinal)];

    /// <summary>The log's settings. Nothing of it goes by age or size: snapshots say what may go.</summary>
    internal static LogConfig ConfigOf(NodeConfiguration configuration)
    {
        var settings = configuration.Settings<MetadataLogSettings>();
        return LogConfig.Default with
        {
            SegmentBytes = settings.InternalMetadataLogSegmentBytes ?? settings.MetadataLogSegmentBytes,
            SegmentMs = settings.MetadataLogSegmentMs,
            MaxMessageBytes = settings.InternalMetadataMaxBatchSizeInBytes,
            RetentionMs = -1,
            RetentionBytes = -1,
            FileDeleteDelayMs = settings.InternalMetadataDeleteDelayMillis,
        };
    }
}
