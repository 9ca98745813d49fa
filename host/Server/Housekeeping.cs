using System.Runtime;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Threading;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server;

/// <summary>
/// Gives memory back to the system after a busy time: when requests have been rare for a minute, and again a little later, it collects, compacting, and trims the
/// buffer pool and the native heap; then not again before the next busy time. Lives on the background loop.
/// </summary>
internal sealed class Housekeeping(IEventLoop loop, BufferPool buffers, Func<long> requestCount, ILogger logger)
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(10);

    private readonly QuietTime _quiet = new();

    /// <summary>Begins; it ends with its loop.</summary>
    public void Start() => loop.Schedule(s_period, () =>
    {
        if (_quiet.Observe(requestCount()))
            Collect();
        Start();
    });

    private void Collect()
    {
        var began = loop.Time.GetTimestamp();
        var trimmed = buffers.TrimAll();
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
        logger.MemoryReturned(trimmed, (long)loop.Time.GetElapsedTime(began).TotalMilliseconds);
    }
}
