using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Storage;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.LogStorage;

/// <summary>What opening a log needs.</summary>
public sealed record PartitionLogOptions
{
    /// <summary>The directory that holds it.</summary>
    public required ILogDirectory Directory { get; init; }

    /// <summary>The partition.</summary>
    public required TopicPartition TopicPartition { get; init; }

    /// <summary>Name under which it is stored, null for that of the partition.</summary>
    public string? StoredName { get; init; }

    /// <summary>The log's settings.</summary>
    public LogConfig Config { get; init; } = LogConfig.Default;

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>For the roll jitter.</summary>
    public required RandomSource Random { get; init; }

    /// <summary>Where files are flushed and deleted that nobody waits for.</summary>
    public required IEventLoop Background { get; init; }

    /// <summary>The loaded codecs.</summary>
    public CompressionCodecs Codecs { get; init; } = CompressionCodecs.Empty;

    /// <summary>For log lines.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Whether the broker ended in order, so that nothing has to be recovered.</summary>
    public bool HadCleanShutdown { get; init; }

    /// <summary>Offset below which everything is on disk, from the checkpoint.</summary>
    public long RecoveryPoint { get; init; }

    /// <summary>First offset that may be read, from the checkpoint.</summary>
    public long LogStartOffset { get; init; }

    /// <summary>Offset below which the log was compacted, from the checkpoint; null where it never was.</summary>
    internal long? CleanedOffset { get; init; }

    /// <summary>Called when <see cref="PartitionLog.CleanedOffset"/> has changed, so that the checkpoint is written.</summary>
    internal Action? CleanedOffsetChanged { get; init; }

    /// <summary>The topic's id, null where the partition has none yet.</summary>
    public Uuid? TopicId { get; init; }
}
