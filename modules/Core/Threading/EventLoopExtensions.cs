using Kafka.Modular.Core.Timers;

namespace Kafka.Modular.Core.Threading;

/// <summary>Conveniences of every <see cref="IEventLoop"/>.</summary>
public static class EventLoopExtensions
{
    /// <summary>
    /// Runs <paramref name="work"/> on the loop and gives what it returns. What awaits the task goes on on the thread pool, not on the loop.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled before the work began, or the loop is closed.</exception>
    public static Task<T> PostAsync<T>(this IEventLoop loop, Func<T> work, CancellationToken cancellationToken)
    {
        var call = new PostedCall<T>(work, cancellationToken);
        if (!loop.Post(call))
        {
            call.TrySetCanceled(CancellationToken.None);
        }

        return call.Task;
    }

    /// <summary>
    /// Runs <paramref name="work"/> on the loop. What awaits the task goes on on the thread pool, not on the loop.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled before the work began, or the loop is closed.</exception>
    public static Task PostAsync(this IEventLoop loop, Action work, CancellationToken cancellationToken) =>
        loop.PostAsync(
            () =>
            {
                work();
                return true;
            },
            cancellationToken);

    /// <summary>Runs <paramref name="work"/> on the loop after a delay; the entry that is returned can be cancelled and scheduled again.</summary>
    public static TimerEntry Schedule(this IEventLoop loop, TimeSpan delay, Action work)
    {
        var timer = new ActionTimer(work);
        loop.Schedule(timer, delay);
        return timer;
    }

    private sealed class PostedCall<T>(Func<T> work, CancellationToken cancellationToken)
        : TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously), IThreadPoolWorkItem
    {
        public void Execute()
        {
            if (cancellationToken.IsCancellationRequested)
            {
                TrySetCanceled(cancellationToken);
                return;
            }

            try
            {
                TrySetResult(work());
            }
            catch (Exception fault)
            {
                TrySetException(fault);
            }
        }
    }

    private sealed class ActionTimer(Action work) : TimerEntry
    {
        protected override void OnExpired() => work();
    }
}
