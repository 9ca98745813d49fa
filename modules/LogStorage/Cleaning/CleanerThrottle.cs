namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>
/// Keeps the reading and writing of all cleaner threads below <c>log.cleaner.io.max.bytes.per.second</c>, looking every 300 ms as Kafka does. Safe to use
/// from any thread; it does not wait itself.
/// </summary>
internal sealed class CleanerThrottle(TimeProvider time)
{
    private const long CheckIntervalMs = 300;

    private readonly Lock _lock = new();
    private long _periodStart = time.GetTimestamp();
    private double _observed;

    /// <summary>Counts bytes and says how long to wait before the next.</summary>
    /// <param name="bytes">Bytes read or written.</param>
    /// <param name="bytesPerSecond">The limit.</param>
    public TimeSpan Observe(long bytes, double bytesPerSecond)
    {
        lock (_lock)
        {
            _observed += bytes;
            var elapsedMs = time.GetElapsedTime(_periodStart).TotalMilliseconds;
            if (elapsedMs < CheckIntervalMs || _observed <= 0)
                return TimeSpan.Zero;
            var wantedMs = _observed / (bytesPerSecond / 1000);
            (_periodStart, _observed) = (time.GetTimestamp(), 0);
            var wait = Math.Round(wantedMs - elapsedMs);
            if (wait <= 0)
                return TimeSpan.Zero;
            // The next period begins when the wait is over.
            _periodStart += (long)(wait * time.TimestampFrequency / 1000);
            return TimeSpan.FromMilliseconds(Math.Min(wait, int.MaxValue));
        }
    }
}
