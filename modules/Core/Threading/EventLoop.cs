using System.Runtime.CompilerServices;
using Kafka.Modular.Core.Timers;

namespace Kafka.Modular.Core.Threading;

/// <summary>An <see cref="IEventLoop"/> that owns a thread, so that nothing which blocks the thread pool delays it.</summary>
/// <remarks>
/// With the system clock the thread itself waits for the next timer; with any other clock a timer of that clock wakes it, so a test that moves its
/// clock sees the timers expire. Timers that are due run before posted work.
/// </remarks>
public sealed class EventLoop : IEventLoop, IAsyncDisposable
{
    private readonly object _gate = new();
    private readonly LoopQueue _queue;
    private readonly Action<Exception> _onFault;
    private readonly Thread _thread;
    private readonly ITimer? _wakeTimer;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Creates the loop and starts its thread.</summary>
    /// <param name="name">Name of the loop and of its thread.</param>
    /// <param name="time">The clock that drives timers.</param>
    /// <param name="onFault">Told of an exception that posted work or a timer let out, on the loop; the loop goes on.</param>
    public EventLoop(string name, TimeProvider time, Action<Exception> onFault)
    {
        Name = name;
        Time = time;
        _onFault = onFault;
        _queue = new LoopQueue(time);
        if (!ReferenceEquals(time, TimeProvider.System))
        {
            _wakeTimer = time.CreateTimer(static state => ((EventLoop)state!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.UnsafeStart();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public TimeProvider Time { get; }

    /// <inheritdoc/>
    public bool IsOnLoop => Thread.CurrentThread == _thread;

    /// <inheritdoc/>
    public bool Post(Action work) => Enqueue(work);

    /// <inheritdoc/>
    public bool Post(IThreadPoolWorkItem work) => Enqueue(work);

    /// <inheritdoc/>
    public bool Schedule(TimerEntry entry, TimeSpan delay)
    {
        lock (_gate)
        {
            var scheduled = _queue.TrySchedule(entry, delay);
            Monitor.Pulse(_gate);
            return scheduled;
        }
    }

    /// <inheritdoc/>
    public bool Cancel(TimerEntry entry)
    {
        lock (_gate)
        {
            return _queue.TryCancel(entry);
        }
    }

    /// <summary>Takes no more work, forgets the timers, runs what was posted and ends the thread. May be called more than once.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _queue.Close();
            Monitor.Pulse(_gate);
        }

        await _ended.Task;
        if (_wakeTimer is not null)
        {
            await _wakeTimer.DisposeAsync();
        }
    }

    private bool Enqueue(object work)
    {
        lock (_gate)
        {
            var queued = _queue.TryEnqueue(work);
            Monitor.Pulse(_gate);
            return queued;
        }
    }

    private void Run()
    {
        while (RunNext())
        {
        }

        _ended.SetResult();
    }

    // A method of its own: while the loop waits, nothing on its stack may keep what it ran last, which can be a plugin's.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool RunNext()
    {
        var item = Next();
        if (item is null)
        {
            return false;
        }

        try
        {
            LoopQueue.Run(item);
        }
        catch (Exception fault)
        {
            _onFault(fault);
        }

        return true;
    }

    private object? Next()
    {
        lock (_gate)
        {
            while (true)
            {
                if (_queue.TryTake() is { } item)
                {
                    return item;
                }

                if (_queue.IsClosed)
                {
                    return null;
                }

                Wait();
            }
        }
    }

    private void Wait()
    {
        var wait = _queue.MillisecondsUntilNext();
        if (wait is null)
        {
            Monitor.Wait(_gate);
        }
        else if (_wakeTimer is null)
        {
            Monitor.Wait(_gate, (int)Math.Min(wait.Value, int.MaxValue));
        }
        else
        {
            // The clock may be moved between the two lines: look again once the timer is set.
            _wakeTimer.Change(TimeSpan.FromMilliseconds(Math.Min(wait.Value, uint.MaxValue - 1)), Timeout.InfiniteTimeSpan);
            if (_queue.MillisecondsUntilNext() > 0)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.Pulse(_gate);
        }
    }
}
