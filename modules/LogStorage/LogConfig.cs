using Kafka.Modular.Configuration;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage;

/// <summary>The settings of one log: its topic's configuration on top of the broker's. Immutable; replaced as a whole when they change.</summary>
public sealed record LogConfig
{
    /// <summary>Kafka's defaults.</summary>
    public static LogConfig Default { get; } = new();

    /// <summary>Bytes of a segment (<c>segment.bytes</c>).</summary>
    public int SegmentBytes { get; init; } = 1024 * 1024 * 1024;

    /// <summary>Age in ms at which a segment is rolled (<c>segment.ms</c>).</summary>
    public long SegmentMs { get; init; } = 7 * 24 * 3600 * 1000L;

    /// <summary>Most ms that are taken off the age by chance, so that segments do not roll all at once (<c>segment.jitter.ms</c>).</summary>
    public long SegmentJitterMs { get; init; }

    /// <summary>Bytes of an index file (<c>segment.index.bytes</c>).</summary>
    public int SegmentIndexBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Bytes between two index entries (<c>index.interval.bytes</c>).</summary>
    public int IndexIntervalBytes { get; init; } = 4096;

    /// <summary>Whether segments are allocated ahead (<c>preallocate</c>).</summary>
    public bool Preallocate { get; init; }

    /// <summary>Records after which the log is flushed (<c>flush.messages</c>).</summary>
    public long FlushMessages { get; init; } = long.MaxValue;

    /// <summary>Time in ms after which the log is flushed (<c>flush.ms</c>).</summary>
    public long FlushMs { get; init; } = long.MaxValue;

    /// <summary>Bytes above which old segments are deleted, -1 for none (<c>retention.bytes</c>).</summary>
    public long RetentionBytes { get; init; } = -1;

    /// <summary>Age in ms at which segments are deleted, -1 for none (<c>retention.ms</c>).</summary>
    public long RetentionMs { get; init; } = 7 * 24 * 3600 * 1000L;

    /// <summary>Most bytes of a batch (<c>max.message.bytes</c>).</summary>
    public int MaxMessageBytes { get; init; } = 1024 * 1024 + 12;

    /// <summary>What happens to old segments (<c>cleanup.policy</c>).</summary>
    public CleanupPolicy CleanupPolicy { get; init; } = CleanupPolicy.Delete;

    /// <summary>Longest time in ms that a record may stay uncompacted (<c>max.compaction.lag.ms</c>).</summary>
    public long MaxCompactionLagMs { get; init; } = long.MaxValue;

    /// <summary>Time in ms for which a record stays uncompacted at least (<c>min.compaction.lag.ms</c>).</summary>
    public long MinCompactionLagMs { get; init; }

    /// <summary>A log is compacted once this share of it was not (<c>min.cleanable.dirty.ratio</c>).</summary>
    public double MinCleanableDirtyRatio { get; init; } = 0.5;

    /// <summary>Time in ms for which tombstones stay readable in a compacted log (<c>delete.retention.ms</c>).</summary>
    public long DeleteRetentionMs { get; init; } = 24 * 3600 * 1000L;

    /// <summary>Ms between taking a segment out of the log and deleting its file (<c>file.delete.delay.ms</c>).</summary>
    public long FileDeleteDelayMs { get; init; } = 60_000;

    /// <summary>How batches shall be compressed; null keeps what the producer sent (<c>compression.type=producer</c>).</summary>
    public CompressionType? Compression { get; init; }

    /// <summary>Level for recompression, null for the codec's default (<c>compression.gzip.level</c> and so on).</summary>
    public int? CompressionLevel { get; init; }

    /// <summary>Who sets timestamps (<c>message.timestamp.type</c>).</summary>
    public TimestampType TimestampType { get; init; } = TimestampType.CreateTime;

    /// <summary>How many ms a record's timestamp may lie in the past (<c>message.timestamp.before.max.ms</c>).</summary>
    public long TimestampBeforeMaxMs { get; init; } = long.MaxValue;

    /// <summary>How many ms a record's timestamp may lie in the future (<c>message.timestamp.after.max.ms</c>).</summary>
    public long TimestampAfterMaxMs { get; init; } = 3600_000;

    /// <summary>Ms after which a producer that wrote nothing is forgotten (<c>producer.id.expiration.ms</c>).</summary>
    public long ProducerIdExpirationMs { get; init; } = 24 * 3600 * 1000L;

    /// <summary>Takes a topic's settings, which have the broker's defaults in them, and what the broker alone decides.</summary>
    public static LogConfig From(TopicSettings topic, LogSettings broker) => new()
    {
        SegmentBytes = topic.InternalSegmentBytes ?? topic.SegmentBytes,
        SegmentMs = topic.SegmentMs,
        SegmentJitterMs = topic.SegmentJitterMs,
        SegmentIndexBytes = topic.SegmentIndexBytes,
        IndexIntervalBytes = topic.IndexIntervalBytes,
        Preallocate = topic.Preallocate,
        FlushMessages = topic.FlushMessages,
        FlushMs = topic.FlushMs,
        RetentionBytes = topic.RetentionBytes,
        RetentionMs = topic.RetentionMs,
        MaxMessageBytes = topic.MaxMessageBytes,
        CleanupPolicy = topic.CleanupPolicy.Aggregate(
            CleanupPolicy.None, (policy, name) => policy | Enum.Parse<CleanupPolicy>(name, ignoreCase: true)),
        MaxCompactionLagMs = topic.MaxCompactionLagMs,
        MinCompactionLagMs = topic.MinCompactionLagMs,
        MinCleanableDirtyRatio = topic.MinCleanableDirtyRatio,
        DeleteRetentionMs = topic.DeleteRetentionMs,
        FileDeleteDelayMs = topic.FileDeleteDelayMs,
        Compression = ParseCompression(topic.CompressionType),
        CompressionLevel = topic.CompressionType switch
        {
            "gzip" => topic.CompressionGzipLevel,
            "lz4" => topic.CompressionLz4Level,
            "zstd" => topic.CompressionZstdLevel,
            _ => null,
        },
        TimestampType = topic.MessageTimestampType is "LogAppendTime" ? TimestampType.LogAppendTime : TimestampType.CreateTime,
        TimestampBeforeMaxMs = topic.MessageTimestampBeforeMaxMs,
        TimestampAfterMaxMs = topic.MessageTimestampAfterMaxMs,
        ProducerIdExpirationMs = broker.ProducerIdExpirationMs,
    };

    /// <summary>Whether old segments are deleted by age and size.</summary>
    public bool IsDeleted => (CleanupPolicy & CleanupPolicy.Delete) != CleanupPolicy.None;

    /// <summary>Whether the log is compacted, so that every record needs a key.</summary>
    public bool IsCompacted => (CleanupPolicy & CleanupPolicy.Compact) != CleanupPolicy.None;

    /// <summary>Age in ms at which a segment is rolled, with regard to compaction.</summary>
    public long MaxSegmentMs => IsCompacted && MaxCompactionLagMs > 0 ? Math.Min(MaxCompactionLagMs, SegmentMs) : SegmentMs;

    /// <summary>What the store has to know.</summary>
    public SegmentOptions SegmentOptions => new()
    {
        IndexIntervalBytes = IndexIntervalBytes,
        MaxIndexBytes = SegmentIndexBytes,
        PreallocateBytes = Preallocate ? SegmentBytes : 0,
    };

    private static CompressionType? ParseCompression(string name) => name switch
    {
        "producer" => null,
        "uncompressed" => CompressionType.None,
        _ => Enum.Parse<CompressionType>(name, ignoreCase: true),
    };
}
