using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.LogStorage.Cleaning;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Storage;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.LogStorage;

/// <summary>What the logs of a broker need.</summary>
public sealed record LogManagerOptions
{
    /// <summary>The store.</summary>
    public required ILogStore Store { get; init; }

    /// <summary>Paths of the log directories (<c>log.dirs</c>).</summary>
    public required IReadOnlyList<string> Directories { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>For roll jitter and the names of deleted logs.</summary>
    public required RandomSource Random { get; init; }

    /// <summary>The loop that retention, flushing and checkpoints run on; it may block on the disk.</summary>
    public required IEventLoop Background { get; init; }

    /// <summary>For log lines; the category is <c>kafka.log.LogManager</c>.</summary>
    public required ILoggerFactory LoggerFactory { get; init; }

    /// <summary>The loaded codecs.</summary>
    public CompressionCodecs Codecs { get; init; } = CompressionCodecs.Empty;

    /// <summary>Settings of the cleaner, null for none (<c>log.cleaner.enable</c>).</summary>
    public LogCleanerConfig? Cleaner { get; init; }

    /// <summary>
    /// Makes the loops that logs are cleaned on, of the name that is given; the work may take the processor and wait for the disk. Those that can be disposed are,
    /// by the cleaner. Needed where <see cref="Cleaner"/> is.
    /// </summary>
    public Func<string, IEventLoop>? CleanerLoops { get; init; }

    /// <summary>Logs of one directory that are opened or closed at a time (<c>num.recovery.threads.per.data.dir</c>).</summary>
    public int RecoveryThreadsPerDirectory { get; init; } = 2;

    /// <summary>Until the chores begin (<c>log.initial.task.delay.ms</c>).</summary>
    public TimeSpan InitialTaskDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Between two sweeps for old segments (<c>log.retention.check.interval.ms</c>).</summary>
    public TimeSpan RetentionCheckInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Between two looks for logs that are due to be flushed (<c>log.flush.scheduler.interval.ms</c>), null for never.</summary>
    public TimeSpan? FlushSchedulerInterval { get; init; }

    /// <summary>Between two writes of the recovery points (<c>log.flush.offset.checkpoint.interval.ms</c>).</summary>
    public TimeSpan RecoveryPointCheckpointInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Between two writes of the log start offsets (<c>log.flush.start.offset.checkpoint.interval.ms</c>).</summary>
    public TimeSpan LogStartOffsetCheckpointInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Between two writes of the high watermarks (<c>replica.high.watermark.checkpoint.interval.ms</c>).</summary>
    public TimeSpan HighWatermarkCheckpointInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Between two looks for producers to forget (<c>producer.id.expiration.check.interval.ms</c>).</summary>
    public TimeSpan ProducerExpirationCheckInterval { get; init; } = TimeSpan.FromMinutes(10);
}
