using Kafka.Modular.Protocol;

namespace Kafka.Modular.Raft.Driver;

/// <summary>Those who wait for an offset to be committed. Raft loop only; the tasks complete on the thread pool.</summary>
internal sealed class CommitWaiters
{
    private readonly PriorityQueue<Waiter, long> _waiting = new();

    public Task<ErrorCode> Wait(long offset)
    {
        var waiter = new Waiter();
        _waiting.Enqueue(waiter, offset);
        return waiter.Task;
    }

    /// <summary>Everything below <paramref name="highWatermark"/> is committed.</summary>
    public void Committed(long highWatermark)
    {
        while (_waiting.TryPeek(out var waiter, out var offset) && offset < highWatermark)
        {
            _waiting.Dequeue();
            waiter.TrySetResult(ErrorCode.None);
        }
    }

    /// <summary>What still waits may never be committed.</summary>
    public void FailAll(ErrorCode error)
    {
        while (_waiting.TryDequeue(out var waiter, out _))
            waiter.TrySetResult(error);
    }

    private sealed class Waiter() : TaskCompletionSource<ErrorCode>(TaskCreationOptions.RunContinuationsAsynchronously);
}
