namespace Kafka.Modular.Core.Limits;

/// <summary>
/// A number of bytes that many share, such as <c>queued.max.request.bytes</c>. Safe to use from any thread.
/// </summary>
/// <remarks>
/// As in Kafka, a reservation is granted as soon as anything at all is free, so that one request larger than what is left cannot
/// wait for ever; the budget may be overdrawn by one reservation. Waiters are served in the order they came.
/// </remarks>
public sealed class MemoryBudget
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiters = new();
    private long _available;

    /// <summary>Creates a budget.</summary>
    /// <param name="capacity">Bytes; 0 or less means without limit.</param>
    public MemoryBudget(long capacity)
    {
        IsLimited = capacity > 0;
        Capacity = IsLimited ? capacity : long.MaxValue;
        _available = Capacity;
    }

    /// <summary>Whether there is a limit at all.</summary>
    public bool IsLimited { get; }

    /// <summary>Bytes in all; <see cref="long.MaxValue"/> without limit.</summary>
    public long Capacity { get; }

    /// <summary>Bytes that are free; negative while overdrawn.</summary>
    public long Available => Volatile.Read(ref _available);

    /// <summary>Bytes that are reserved.</summary>
    public long Reserved => Capacity - Available;

    /// <summary>How many reservations wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiters.Count;
            }
        }
    }

    /// <summary>Reserves bytes if that needs no waiting.</summary>
    public bool TryReserve(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (!IsLimited)
        {
            Interlocked.Add(ref _available, -bytes);
            return true;
        }

        lock (_lock)
        {
            if (_waiters.Count > 0 || _available <= 0)
            {
                return false;
            }

            _available -= bytes;
            return true;
        }
    }

    /// <summary>Reserves bytes; completes when they are granted. Does not allocate unless it has to wait.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first; nothing is reserved then.</exception>
    public ValueTask ReserveAsync(long bytes, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        return TryReserve(bytes) ? ValueTask.CompletedTask : WaitAsync(bytes, cancellationToken);
    }

    /// <summary>Gives back bytes that were reserved, and grants them to whoever waits.</summary>
    public void Release(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (!IsLimited)
        {
            Interlocked.Add(ref _available, bytes);
            return;
        }

        lock (_lock)
        {
            _available += bytes;
            GrantWaiters();
        }
    }

    private async ValueTask WaitAsync(long bytes, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(bytes);
        lock (_lock)
        {
            waiter.Node = _waiters.AddLast(waiter);
            GrantWaiters();
        }

        using (cancellationToken.UnsafeRegister(static (state, token) => ((Waiter)state!).TrySetCanceled(token), waiter))
        {
            try
            {
                await waiter.Task;
            }
            catch (OperationCanceledException)
            {
                Forget(waiter);
                throw;
            }
        }
    }

    private void Forget(Waiter waiter)
    {
        lock (_lock)
        {
            if (waiter.Node!.List is not null)
            {
                _waiters.Remove(waiter.Node);
            }

            GrantWaiters();
        }
    }

    private void GrantWaiters()
    {
        while (_available > 0 && _waiters.First is { } node)
        {
            _waiters.RemoveFirst();
            if (node.Value.TrySetResult())
            {
                _available -= node.Value.Bytes;
            }
        }
    }

    private sealed class Waiter(long bytes) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Bytes { get; } = bytes;

        public LinkedListNode<Waiter>? Node { get; set; }
    }
}
