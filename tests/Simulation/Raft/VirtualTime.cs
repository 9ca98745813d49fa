namespace Kafka.Modular.Simulation.Tests.Raft;

/// <summary>A clock that stands still until it is moved, and what is to happen at which time.</summary>
internal sealed class VirtualTime : TimeProvider
{
    private readonly PriorityQueue<Action, (long Time, long Order)> _queue = new();
    private long _order;

    /// <summary>Milliseconds since the start.</summary>
    public long NowMs { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => NowMs * TimeSpan.TicksPerMillisecond;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000 + NowMs);

    public void After(long delayMs, Action action) => _queue.Enqueue(action, (NowMs + Math.Max(0, delayMs), _order++));

    /// <summary>Runs what is due until <paramref name="timeMs"/>, and moves there.</summary>
    public void RunUntil(long timeMs)
    {
        while (_queue.TryPeek(out _, out var next) && next.Time <= timeMs)
        {
            NowMs = Math.Max(NowMs, next.Time);
            _queue.Dequeue()();
        }

        NowMs = Math.Max(NowMs, timeMs);
    }
}
