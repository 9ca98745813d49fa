using Kafka.Modular.Core.Threading;
using Kafka.Modular.Core.Timers;

namespace Kafka.Modular.Replication.Parking;

/// <summary>
/// A request that waits: a produce for its replicas, a fetch for data. It is looked at again whenever one of its partitions moves, and ends when it is
/// satisfied, when its time is over or when it is given up; once, whoever notices first. Any thread.
/// </summary>
/// <remarks>Kafka's DelayedOperation; partitions collect those that may be satisfied under their lock and complete them after it is released.</remarks>
public abstract class ParkedRequest : TimerEntry
{
    private const int Waiting = 0;
    private const int Ended = 1;

    private readonly Lock _checking = new();
    private IEventLoop? _timers;
    private int _state;

    /// <summary>Whether it has ended: who keeps it may forget it.</summary>
    public bool HasEnded => Volatile.Read(ref _state) == Ended;

    /// <summary>Sets the time after which it ends in any case.</summary>
    public void ExpireAfter(IEventLoop timers, TimeSpan timeout)
    {
        _timers = timers;
        if (!HasEnded && !timers.Schedule(this, timeout))
        {
            End();
        }

        if (HasEnded)
        {
            timers.Cancel(this);
        }
    }

    /// <summary>Looks whether it is satisfied, and ends it if so. True when it has ended.</summary>
    public bool Check()
    {
        if (HasEnded)
        {
            return true;
        }

        lock (_checking)
        {
            if (!HasEnded && !IsSatisfied())
            {
                return false;
            }
        }

        End();
        return true;
    }

    /// <summary>Ends it now, satisfied or not.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref _state, Ended) == Waiting)
        {
            _timers?.Cancel(this);
            OnEnded();
        }
    }

    /// <summary>Whether what it waits for has come. Called by one thread at a time.</summary>
    protected abstract bool IsSatisfied();

    /// <summary>Answers. Called once.</summary>
    protected abstract void OnEnded();

    /// <inheritdoc/>
    protected sealed override void OnExpired() => End();
}
