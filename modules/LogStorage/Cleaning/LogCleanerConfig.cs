using Kafka.Modular.Configuration;

namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>The settings of the cleaner, all of which may change at run time.</summary>
public sealed record LogCleanerConfig
{
    /// <summary>Threads that clean (<c>log.cleaner.threads</c>).</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Bytes a second that all threads may read and write together (<c>log.cleaner.io.max.bytes.per.second</c>).</summary>
    public double IoMaxBytesPerSecond { get; init; } = double.MaxValue;

    /// <summary>Bytes of the read and write buffers of all threads (<c>log.cleaner.io.buffer.size</c>); a larger batch gets a larger one.</summary>
    public int IoBufferSize { get; init; } = 512 * 1024;

    /// <summary>How full a map of keys may become (<c>log.cleaner.io.buffer.load.factor</c>).</summary>
    public double DedupeBufferLoadFactor { get; init; } = 0.9;

    /// <summary>Bytes of the maps of keys of all threads (<c>log.cleaner.dedupe.buffer.size</c>), taken while a log is cleaned.</summary>
    public long DedupeBufferSize { get; init; } = 128 * 1024 * 1024;

    /// <summary>The pause where there is nothing to clean (<c>log.cleaner.backoff.ms</c>).</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Takes the broker's settings; null where nothing is cleaned (<c>log.cleaner.enable</c>).</summary>
    public static LogCleanerConfig? From(LogSettings settings) => !settings.LogCleanerEnable ? null : new()
    {
        Threads = settings.LogCleanerThreads,
        IoMaxBytesPerSecond = settings.LogCleanerIoMaxBytesPerSecond,
        IoBufferSize = settings.LogCleanerIoBufferSize,
        DedupeBufferLoadFactor = settings.LogCleanerIoBufferLoadFactor,
        DedupeBufferSize = settings.LogCleanerDedupeBufferSize,
        Backoff = TimeSpan.FromMilliseconds(Math.Min(settings.LogCleanerBackoffMs, int.MaxValue)),
    };
}
