using Kafka.Modular.Core.Randomness;

namespace Kafka.Modular.Client.Cluster;

/// <summary>Waits that double from attempt to attempt, each off by up to a fifth so that clients do not come back together (KIP-144, KIP-580).</summary>
internal static class Backoff
{
    private const double Jitter = 0.2;

    /// <summary>The wait before an attempt.</summary>
    /// <param name="first">Before the first one again.</param>
    /// <param name="maximum">At most so long, but for the jitter.</param>
    /// <param name="attempt">How many failed before the last one, from 0.</param>
    /// <param name="random">The jitter.</param>
    public static TimeSpan Of(TimeSpan first, TimeSpan maximum, int attempt, RandomSource random)
    {
        var wait = Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Min(attempt, 40)), Math.Max(first.TotalMilliseconds, maximum.TotalMilliseconds));
        return TimeSpan.FromMilliseconds(wait * (1 - Jitter + (random.NextDouble() * 2 * Jitter)));
    }
}
