namespace Kafka.Modular.Core.Limits;

/// <summary>
/// Bounds how often one kind of log line is written, so that a client that sends rubbish cannot fill the disk. Safe to use from any thread.
/// </summary>
/// <remarks>
/// A token bucket: <c>if (limit.TryAcquire(out var suppressed)) log.MalformedFrame(peer, LogRateLimit.LeftOut(suppressed));</c>
/// For lines that peers provoke see <see cref="PeerLogRateLimit"/>.
/// </remarks>
public sealed class LogRateLimit
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private TokenBucket _bucket;
    private long _suppressed;

    /// <summary>Creates a limit of <paramref name="burst"/> lines at once, and one more after each <paramref name="interval"/>.</summary>
    public LogRateLimit(TimeProvider time, int burst, TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(burst);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        _time = time;
        _bucket = new TokenBucket(burst, interval, time.GetTimestamp());
    }

    /// <summary>What a line ends with when others like it were not written; empty when there were none.</summary>
    /// <param name="suppressed">How many.</param>
    public static string LeftOut(long suppressed) => suppressed switch
    {
        <= 0 => "",
        1 => " 1 similar line was left out.",
        _ => $" {suppressed} similar lines were left out.",
    };

    /// <summary>Whether a line may be written now.</summary>
    /// <param name="suppressed">When it may: how many were left out since the last one that was written.</param>
    public bool TryAcquire(out long suppressed)
    {
        lock (_lock)
        {
            if (!_bucket.Refill(_time, _time.GetTimestamp()))
            {
                _suppressed++;
                suppressed = 0;
                return false;
            }

            _bucket.Take();
            suppressed = _suppressed;
            _suppressed = 0;
            return true;
        }
    }
}
