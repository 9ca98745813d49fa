namespace Kafka.Modular.Cli.Performance;

/// <summary>Keeps to a number of records per second, by pauses of a few milliseconds as Kafka's <c>ThroughputThrottler</c>; below 0 there is no limit.</summary>
internal sealed class RateLimit(double perSecond, TimeProvider time)
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(2);

    private readonly long _started = time.GetTimestamp();

    /// <summary>Waits after so many records where that is too early.</summary>
    public ValueTask WaitAsync(long sent, CancellationToken cancellationToken)
    {
        if (perSecond < 0)
            return ValueTask.CompletedTask;
        if (perSecond == 0)
            return new ValueTask(Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken));
        var early = TimeSpan.FromSeconds(sent / perSecond) - time.GetElapsedTime(_started);
        return early < s_shortest ? ValueTask.CompletedTask : new ValueTask(Task.Delay(early, time, cancellationToken));
    }
}
