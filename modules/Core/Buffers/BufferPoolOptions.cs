namespace Kafka.Modular.Core.Buffers;

/// <summary>How a <see cref="BufferPool"/> behaves.</summary>
public sealed record BufferPoolOptions
{
    /// <summary>How many bytes of idle slabs one size class keeps; what comes back beyond that is left to the collector.</summary>
    public long MaximumIdleBytesPerClass { get; init; } = 16L * 1024 * 1024;

    /// <summary>
    /// Whether returned slabs are poisoned, writes after the return and second returns are reported, and leaks can be named.
    /// On in debug builds; tests turn it on in release builds.
    /// </summary>
    public bool Checked { get; init; } = IsDebugBuild;

#if DEBUG
    private const bool IsDebugBuild = true;
#else
    private const bool IsDebugBuild = false;
#endif
}
