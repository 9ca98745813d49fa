namespace Kafka.Modular.Telemetry.Instruments;

/// <summary>What a histogram held when it was read.</summary>
public readonly struct HistogramSnapshot
{
    private readonly long[]? _recent;
    private readonly long _recentCount;

    internal HistogramSnapshot(long[] all, long[] recent, long sum)
    {
        _recent = recent;
        foreach (var count in recent)
            _recentCount += count;
        foreach (var count in all)
            Count += count;
        Sum = sum;
    }

    /// <summary>Observations in all.</summary>
    public long Count { get; }

    /// <summary>Sum of all observations.</summary>
    public long Sum { get; }

    /// <summary>Mean of the recent observations; 0 when there were none.</summary>
    public double RecentMean
    {
        get
        {
            var sum = 0.0;
            for (var index = 0; _recent is not null && index < _recent.Length; index++)
                sum += _recent[index] * Histogram.MiddleOf(index);
            return _recentCount == 0 ? 0 : sum / _recentCount;
        }
    }

    /// <summary>The value that so large a part of the recent observations does not exceed; 0 when there were none.</summary>
    /// <param name="part">From 0 to 1.</param>
    public double Quantile(double part)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(_recentCount * part));
        long seen = 0;
        for (var index = 0; _recent is not null && index < _recent.Length; index++)
        {
            seen += _recent[index];
            if (seen >= wanted)
                return Histogram.MiddleOf(index);
        }

        return 0;
    }
}
