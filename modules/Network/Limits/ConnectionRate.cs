namespace Kafka.Modular.Network.Limits;

/// <summary>
/// Measures how fast connections come and says how long to hold one back, as Kafka's quota does: a mean over eleven samples of one
/// second (the defaults of <c>quota.window.num</c> and <c>quota.window.size.seconds</c>), so bursts pass while the mean is kept. Not locked.
/// </summary>
internal sealed class ConnectionRate
{
    private const int Samples = 11;
    private const long WindowMs = 1000;

    private readonly long[] _starts = new long[Samples];
    private readonly int[] _counts = new int[Samples];
    private int _current = -1;

    /// <summary>Records a connection.</summary>
    /// <param name="limit">Connections a second that are allowed.</param>
    /// <param name="nowMs">The present, in milliseconds of a monotonic clock.</param>
    /// <returns>Milliseconds to wait before it is accepted: 0 within the limit, at most one window.</returns>
    public long Record(int limit, long nowMs)
    {
        if (_current < 0 || nowMs - _starts[_current] >= WindowMs)
        {
            _current = (_current + 1) % Samples;
            _starts[_current] = nowMs;
            _counts[_current] = 0;
        }

        _counts[_current]++;
        if (limit == int.MaxValue)
        {
            return 0;
        }

        var (count, oldest) = Sum(nowMs);
        var elapsed = WindowLength(nowMs - oldest);
        var rate = count * 1000.0 / elapsed;
        if (rate <= limit)
        {
            return 0;
        }

        return limit == 0 ? WindowMs : Math.Clamp((long)Math.Round((rate - limit) / limit * elapsed), 0, WindowMs);
    }

    private (long Count, long Oldest) Sum(long nowMs)
    {
        long count = 0;
        var oldest = nowMs;
        for (var i = 0; i < Samples; i++)
        {
            if (_counts[i] > 0 && nowMs - _starts[i] < Samples * WindowMs)
            {
                count += _counts[i];
                oldest = Math.Min(oldest, _starts[i]);
            }
        }

        return (count, oldest);
    }

    // While few samples exist the mean is taken as if the missing ones were empty.
    private static long WindowLength(long elapsed)
    {
        var missing = Samples - 1 - (elapsed / WindowMs);
        return missing > 0 ? elapsed + (missing * WindowMs) : elapsed;
    }
}
