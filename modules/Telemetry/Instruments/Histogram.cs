using System.Numerics;

namespace Kafka.Modular.Telemetry.Instruments;

/// <summary>
/// The distribution of many observations in fixed buckets, eight to each power of two, so that a quantile is exact to one sixteenth of itself. Observing costs two
/// interlocked additions and allocates nothing but the buckets at the first observation. Any thread.
/// </summary>
/// <remarks>
/// Quantiles are those of the last five minutes or more: reading keeps the counts of each past minute that it was asked in. Kafka's histograms weigh
/// the last five minutes most, too.
/// </remarks>
public sealed class Histogram
{
    internal const int SubBuckets = 8;
    internal const int BucketCount = (32 - SubBucketBits + 1) * SubBuckets;
    private const int SubBucketBits = 3;
    private const int KeptMinutes = 5;

    private static readonly TimeSpan s_step = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;
    private readonly Queue<long[]> _past = new();
    private long[]? _buckets;
    private long _sum;
    private long _pastTaken;

    /// <summary>Creates an empty histogram.</summary>
    /// <param name="time">The clock that ages observations.</param>
    public Histogram(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _pastTaken = time.GetTimestamp();
    }

    /// <summary>Whether nothing was observed yet.</summary>
    public bool IsEmpty => Volatile.Read(ref _buckets) is null;

    /// <summary>Adds an observation; negative ones count as 0, and what is above 2^32-1 counts as that in the quantiles.</summary>
    public void Observe(long value)
    {
        var buckets = Volatile.Read(ref _buckets) ?? CreateBuckets();
        Interlocked.Increment(ref buckets[BucketOf(value)]);
        Interlocked.Add(ref _sum, Math.Max(value, 0));
    }

    /// <summary>Count, sum and quantiles.</summary>
    public HistogramSnapshot Read()
    {
        if (Volatile.Read(ref _buckets) is not { } buckets)
            return default;
        var now = new long[BucketCount];
        for (var index = 0; index < now.Length; index++)
            now[index] = Volatile.Read(ref buckets[index]);
        var sum = Interlocked.Read(ref _sum);
        lock (_past)
        {
            var recent = (long[])now.Clone();
            if (_past.TryPeek(out var before))
            {
                for (var index = 0; index < recent.Length; index++)
                    recent[index] -= before[index];
            }

            if (_time.GetElapsedTime(_pastTaken) >= s_step)
            {
                _pastTaken = _time.GetTimestamp();
                _past.Enqueue(now);
                if (_past.Count > KeptMinutes)
                    _past.Dequeue();
            }

            return new HistogramSnapshot(now, recent, sum);
        }
    }

    internal static int BucketOf(long value)
    {
        var clamped = (uint)Math.Clamp(value, 0, uint.MaxValue);
        if (clamped < SubBuckets)
            return (int)clamped;
        var power = BitOperations.Log2(clamped);
        return ((power - SubBucketBits + 1) * SubBuckets) + (int)((clamped >> (power - SubBucketBits)) & (SubBuckets - 1));
    }

    /// <summary>The middle of what falls into a bucket.</summary>
    internal static double MiddleOf(int bucket)
    {
        if (bucket < SubBuckets)
            return bucket;
        var power = (bucket / SubBuckets) - 1;
        var lowest = (double)((long)(SubBuckets + (bucket % SubBuckets)) << power);
        return lowest + (((1L << power) - 1) / 2.0);
    }

    private long[] CreateBuckets()
    {
        var created = new long[BucketCount];
        return Interlocked.CompareExchange(ref _buckets, created, null) ?? created;
    }
}
