namespace Kafka.Modular.Core.Timers;

/// <summary>
/// Something that happens at a deadline unless it is cancelled first. A parked request derives from it, so that
/// scheduling allocates nothing.
/// </summary>
public abstract class TimerEntry
{
    /// <summary>The tick it is due at, in the unit of the wheel it is in.</summary>
    public long Deadline { get; internal set; }

    /// <summary>Whether it waits in a wheel.</summary>
    public bool IsScheduled => List is not null;

    internal TimerEntryList? List { get; set; }

    internal TimerEntry? Next { get; set; }

    internal TimerEntry? Previous { get; set; }

    /// <summary>Called once after the deadline, on the loop it was scheduled on; not called after a cancellation that succeeded.</summary>
    protected abstract void OnExpired();

    internal void Expire() => OnExpired();
}
