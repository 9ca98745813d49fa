namespace Kafka.Modular.Network.Metrics;

/// <summary>Greatest and average of what was observed in the last 30 to 60 seconds, as in Kafka's metrics of two samples. Any thread.</summary>
/// <param name="time">The clock.</param>
internal sealed class RecentLatency(TimeProvider time)
{
    private static readonly TimeSpan s_sample = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private Sample _older;
    private Sample _newer;
    private long _began;

    /// <summary>Adds an observation.</summary>
    public void Observe(double value)
    {
        lock (_lock)
        {
            Age();
            _newer = new Sample(_newer.Count + 1, _newer.Sum + value, Math.Max(_newer.Greatest, value));
        }
    }

    /// <summary>What was observed; null where nothing was.</summary>
    public (double Greatest, double Average)? Read()
    {
        lock (_lock)
        {
            Age();
            var count = _older.Count + _newer.Count;
            return count == 0 ? null : (Math.Max(_older.Greatest, _newer.Greatest), (_older.Sum + _newer.Sum) / count);
        }
    }

    private void Age()
    {
        var age = time.GetElapsedTime(_began);
        if (age < s_sample)
            return;
        _older = age < s_sample * 2 ? _newer : default;
        _newer = default;
        _began = time.GetTimestamp();
    }

    private readonly record struct Sample(long Count, double Sum, double Greatest);
}
