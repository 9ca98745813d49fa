namespace Kafka.Modular.Telemetry.Instruments;

/// <summary>How fast a number grows a second, over the last 30 to 60 seconds as in Kafka's rates of two samples; over less in the first half minute. Any thread.</summary>
/// <param name="time">The clock.</param>
/// <param name="value">The number.</param>
public sealed class Rate(TimeProvider time, Func<double> value)
{
    private static readonly TimeSpan s_sample = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private (long At, double Value) _older = (time.GetTimestamp(), value());
    private (long At, double Value) _newer = (time.GetTimestamp(), value());

    /// <summary>Growth a second.</summary>
    public double Read()
    {
        lock (_lock)
        {
            var now = (At: time.GetTimestamp(), Value: value());
            var seconds = time.GetElapsedTime(_older.At, now.At).TotalSeconds;
            var rate = seconds <= 0 ? 0 : (now.Value - _older.Value) / seconds;
            if (time.GetElapsedTime(_newer.At, now.At) >= s_sample)
                (_older, _newer) = (_newer, now);
            return rate;
        }
    }
}
