namespace Kafka.Modular.Telemetry.Catalog;

/// <summary>The logs of this broker.</summary>
public static class LogDefinitions
{
    /// <summary>Bytes of a log.</summary>
    public static MetricDefinition Size { get; } = MetricDefinition.OfKafka("kafka.log:type=Log,name=Size,topic=*,partition=*", MetricKind.Gauge, "Bytes of a log.");

    /// <summary>Segments of a log.</summary>
    public static MetricDefinition NumLogSegments { get; } = MetricDefinition.OfKafka("kafka.log:type=Log,name=NumLogSegments,topic=*,partition=*", MetricKind.Gauge, "Segments of a log.");

    /// <summary>First offset of a log.</summary>
    public static MetricDefinition LogStartOffset { get; } = MetricDefinition.OfKafka("kafka.log:type=Log,name=LogStartOffset,topic=*,partition=*", MetricKind.Gauge, "First offset of a log.");

    /// <summary>Offset that the next record of a log gets.</summary>
    public static MetricDefinition LogEndOffset { get; } = MetricDefinition.OfKafka("kafka.log:type=Log,name=LogEndOffset,topic=*,partition=*", MetricKind.Gauge, "Offset that the next record of a log gets.");

    /// <summary>Log directories that cannot be used.</summary>
    public static MetricDefinition OfflineLogDirectoryCount { get; } = MetricDefinition.OfKafka("kafka.log:type=LogManager,name=OfflineLogDirectoryCount", MetricKind.Gauge, "Log directories that cannot be used.");

    /// <summary>1 while a log directory cannot be used.</summary>
    public static MetricDefinition LogDirectoryOffline { get; } = MetricDefinition.OfKafka("kafka.log:type=LogManager,name=LogDirectoryOffline,logDirectory=*", MetricKind.Gauge, "1 while a log directory cannot be used.");

    internal static IEnumerable<MetricDefinition> All =>
        [Size, NumLogSegments, LogStartOffset, LogEndOffset, OfflineLogDirectoryCount, LogDirectoryOffline];
}
