using Kafka.Modular.Core.Timers;

namespace Kafka.Modular.Core.Threading;

/// <summary>
/// An <see cref="IEventLoop"/> without a thread: what was posted runs when the owner calls <see cref="RunPending"/>, on the caller's thread.
/// Simulations and tests use it to have every step in their hand. Posting and scheduling may be done from any thread.
/// </summary>
/// <param name="name">Its name.</param>
/// <param name="time">The clock that drives timers; the owner moves it.</param>
public sealed class InlineEventLoop(string name, TimeProvider time) : IEventLoop
{
    private readonly Lock _lock = new();
    private readonly LoopQueue _queue = new(time);
    private Thread? _running;

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public TimeProvider Time { get; } = time;

    /// <inheritdoc/>
    public bool IsOnLoop => _running == Thread.CurrentThread;

    /// <summary>
    /// How long until something will be there to run: zero when there is now, null when nothing waits. It may be shorter than the time to the
    /// next timer, never longer.
    /// </summary>
    public TimeSpan? UntilNext
    {
        get
        {
            lock (_lock)
            {
                return _queue.MillisecondsUntilNext() is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;
            }
        }
    }

    /// <inheritdoc/>
    public bool Post(Action work)
    {
        lock (_lock)
        {
            return _queue.TryEnqueue(work);
        }
    }

    /// <inheritdoc/>
    public bool Post(IThreadPoolWorkItem work)
    {
        lock (_lock)
        {
            return _queue.TryEnqueue(work);
        }
    }

    /// <inheritdoc/>
    public bool Schedule(TimerEntry entry, TimeSpan delay)
    {
        lock (_lock)
        {
            return _queue.TrySchedule(entry, delay);
        }
    }

    /// <inheritdoc/>
    public bool Cancel(TimerEntry entry)
    {
        lock (_lock)
        {
            return _queue.TryCancel(entry);
        }
    }

    /// <summary>Runs one timer that is due or one piece of work; false when there is none. Exceptions reach the caller.</summary>
    public bool RunOne()
    {
        object? item;
        lock (_lock)
        {
            item = _queue.TryTake();
        }

        if (item is null)
        {
            return false;
        }

        var outer = _running;
        _running = Thread.CurrentThread;
        try
        {
            LoopQueue.Run(item);
        }
        finally
        {
            _running = outer;
        }

        return true;
    }

    /// <summary>Runs until nothing is due, and says how many pieces that were. What runs may post more.</summary>
    public int RunPending()
    {
        var count = 0;
        while (RunOne())
        {
            count++;
        }

        return count;
    }

    /// <summary>Takes no more work and forgets the timers; what was posted can still be run.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _queue.Close();
        }
    }
}
