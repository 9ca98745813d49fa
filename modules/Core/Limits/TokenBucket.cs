using System.Runtime.InteropServices;

namespace Kafka.Modular.Core.Limits;

/// <summary>So many at once, and one more after each interval. Its owner's lock guards it.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct TokenBucket(int burst, TimeSpan interval, long now)
{
    private double _tokens = burst;
    private long _lastRefill = now;

    /// <summary>Whether there is a token now.</summary>
    public bool Refill(TimeProvider time, long now)
    {
        _tokens = Math.Min(burst, _tokens + (time.GetElapsedTime(_lastRefill, now) / interval));
        _lastRefill = now;
        return _tokens >= 1;
    }

    /// <summary>Takes the token that <see cref="Refill"/> found.</summary>
    public void Take() => _tokens--;
}
