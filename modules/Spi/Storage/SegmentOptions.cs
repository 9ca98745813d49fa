namespace Kafka.Modular.Spi.Storage;

/// <summary>Settings of a partition's segments, from the topic's configuration.</summary>
public sealed record SegmentOptions
{
    /// <summary>Kafka's defaults.</summary>
    public static SegmentOptions Default { get; } = new();

    /// <summary>Bytes between two index entries (<c>index.interval.bytes</c>).</summary>
    public int IndexIntervalBytes { get; init; } = 4096;

    /// <summary>Most bytes of an index file (<c>segment.index.bytes</c>), rounded down to whole entries.</summary>
    public int MaxIndexBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Bytes to allocate ahead for a new segment (<c>segment.bytes</c> where <c>preallocate</c> is true), or 0.</summary>
    public long PreallocateBytes { get; init; }
}
