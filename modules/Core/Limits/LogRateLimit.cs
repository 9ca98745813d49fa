namespace Kafka.Modular.Core.Limits;

/// <summary>
/// Bounds how often one kind of log line is written, so that a client that sends rubbish cannot fill the disk. Safe to use from any thread.
/// </summary>
/// <remarks>
/// A token bucket: <c>if (limit.TryAcquire(out var suppressed)) log.MalformedFrame(peer, suppressed);</c>
/// </remarks>
public sealed class LogRateLimit
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly int _burst;
    private readonly TimeSpan _interval;
    private double _tokens;
    private long _lastRefill;
    private long _suppressed;

    /// <summary>Creates a limit of <paramref name="burst"/> lines at once, and one more after each <paramref name="interval"/>.</summary>
    public LogRateLimit(TimeProvider time, int burst, TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(burst);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        _time = time;
        _burst = burst;
        _interval = interval;
        _tokens = burst;
        _lastRefill = time.GetTimestamp();
    }

    /// <summary>Whether a line may be written now.</summary>
    /// <param name="suppressed">When it may: how many were left out since the last one that was written.</param>
    public bool TryAcquire(out long suppressed)
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            _tokens = Math.Min(_burst, _tokens + (_time.GetElapsedTime(_lastRefill, now) / _interval));
            _lastRefill = now;
            if (_tokens < 1)
            {
                _suppressed++;
                suppressed = 0;
                return false;
            }

            _tokens--;
            suppressed = _suppressed;
            _suppressed = 0;
            return true;
        }
    }
}
