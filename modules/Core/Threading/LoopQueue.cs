using Kafka.Modular.Core.Timers;

namespace Kafka.Modular.Core.Threading;

/// <summary>What waits on a loop: posted work and timers. Not locked; its loop does that.</summary>
internal sealed class LoopQueue(TimeProvider time)
{
    private readonly Queue<object> _work = new();
    private readonly TimerWheel _timers = new();
    private readonly long _origin = time.GetTimestamp();

    public bool IsClosed { get; private set; }

    /// <summary>Milliseconds of the monotonic clock until the loop must look again; 0 when something is due, null when nothing waits.</summary>
    public long? MillisecondsUntilNext()
    {
        if (_work.Count > 0)
        {
            return 0;
        }

        return _timers.NextWake is { } wake ? Math.Max(0, wake - Now()) : null;
    }

    public bool TryEnqueue(object work)
    {
        if (IsClosed)
        {
            return false;
        }

        _work.Enqueue(work);
        return true;
    }

    public bool TrySchedule(TimerEntry entry, TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        if (IsClosed)
        {
            return false;
        }

        _timers.Remove(entry);
        var ticks = time.GetElapsedTime(_origin).Ticks;
        var due = delay.Ticks > long.MaxValue - ticks - TimeSpan.TicksPerMillisecond
            ? long.MaxValue / TimeSpan.TicksPerMillisecond
            : (ticks + delay.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;
        _timers.Add(entry, due);
        return true;
    }

    public bool TryCancel(TimerEntry entry) => _timers.Remove(entry);

    /// <summary>Takes the next thing to run: a timer that is due, else posted work; null when there is neither.</summary>
    public object? TryTake()
    {
        if (!IsClosed && _timers.Count > 0 && _timers.TryTakeExpired(Now()) is { } timer)
        {
            return timer;
        }

        return _work.TryDequeue(out var work) ? work : null;
    }

    /// <summary>Takes no more work and forgets the timers; what was posted still runs.</summary>
    public void Close() => IsClosed = true;

    public static void Run(object item)
    {
        switch (item)
        {
            case Action action:
                action();
                break;
            case TimerEntry timer:
                timer.Expire();
                break;
            default:
                ((IThreadPoolWorkItem)item).Execute();
                break;
        }
    }

    private long Now() => time.GetElapsedTime(_origin).Ticks / TimeSpan.TicksPerMillisecond;
}
