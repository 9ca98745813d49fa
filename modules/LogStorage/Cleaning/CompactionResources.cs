namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>What one cleaning may take.</summary>
internal sealed record CompactionResources
{
    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Limits what all threads read and write.</summary>
    public required CleanerThrottle Throttle { get; init; }

    /// <summary>The limit in bytes a second.</summary>
    public double BytesPerSecond { get; init; } = double.MaxValue;

    /// <summary>Bytes of the read and of the write buffer.</summary>
    public int BufferSize { get; init; } = 256 * 1024;

    /// <summary>Bytes of the map of keys.</summary>
    public long MapBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>How full the map may become.</summary>
    public double MapLoadFactor { get; init; } = 0.9;

    /// <summary>The share of one thread.</summary>
    public static CompactionResources Of(LogCleanerConfig config, TimeProvider time, CleanerThrottle throttle)
    {
        var threads = Math.Max(config.Threads, 1);
        return new CompactionResources
        {
            Time = time,
            Throttle = throttle,
            BytesPerSecond = config.IoMaxBytesPerSecond,
            BufferSize = Math.Max(config.IoBufferSize / threads / 2, 1024),
            MapBytes = config.DedupeBufferSize / threads,
            MapLoadFactor = config.DedupeBufferLoadFactor,
        };
    }
}
