using Kafka.Modular.Core.Timers;

namespace Kafka.Modular.Core.Threading;

/// <summary>
/// Runs work one piece after the other, in the order it was posted, and timers when they are due. What only runs on one
/// loop needs no lock. All members may be called from any thread.
/// </summary>
public interface IEventLoop
{
    /// <summary>Its name, for logs and thread names.</summary>
    string Name { get; }

    /// <summary>The clock that drives its timers.</summary>
    TimeProvider Time { get; }

    /// <summary>Whether the caller runs on the loop.</summary>
    bool IsOnLoop { get; }

    /// <summary>Queues work; false when the loop is closed, and the work will not run then.</summary>
    bool Post(Action work);

    /// <summary>Queues work without allocating; false when the loop is closed, and the work will not run then.</summary>
    bool Post(IThreadPoolWorkItem work);

    /// <summary>
    /// Makes <paramref name="entry"/> expire on this loop after <paramref name="delay"/>, never earlier; moves it if it waits here
    /// already. False when the loop is closed.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    bool Schedule(TimerEntry entry, TimeSpan delay);

    /// <summary>Cancels a timer of this loop; false when it has expired, was cancelled before or never waited.</summary>
    bool Cancel(TimerEntry entry);
}
