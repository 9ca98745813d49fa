namespace Kafka.Modular.Spi.Storage;

/// <summary>
/// Counts the leases on a segment for a store, so that truncation can wait for those that reach beyond it and deletion for all.
/// </summary>
/// <remarks>Safe to use from any thread. Waiters continue on the thread pool, never inside a lease's disposal.</remarks>
public sealed class LeaseGate
{
    private readonly Lock _lock = new();
    private Era _era = new();
    private List<Era>? _draining;
    private int _count;
    private int _limit = int.MaxValue;
    private TaskCompletionSource? _closed;
    private Action? _whenEmpty;

    /// <summary>Leases that are out.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _count;
        }
    }

    /// <summary>Whether <see cref="CloseAsync"/> was called.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_lock)
                return _closed is not null;
        }
    }

    /// <summary>Takes a lease on bytes, shortened while a truncation waits; false once the gate is closed.</summary>
    /// <param name="position">Position of the first byte.</param>
    /// <param name="length">Bytes wanted; on return, bytes granted.</param>
    /// <param name="ticket">To be given back to <see cref="Exit"/>, once.</param>
    public bool TryEnter(int position, ref int length, out Ticket ticket)
    {
        lock (_lock)
        {
            if (_closed is not null)
            {
                ticket = default;
                return false;
            }

            length = Math.Max(0, Math.Min(length, _limit - position));
            _count++;
            _era.Count++;
            _era.MaxEnd = Math.Max(_era.MaxEnd, position + length);
            ticket = new(_era);
            return true;
        }
    }

    /// <summary>Gives a lease back.</summary>
    public void Exit(Ticket ticket)
    {
        TaskCompletionSource? drained = null;
        Action? whenEmpty = null;
        lock (_lock)
        {
            _count--;
            var era = ticket.Era;
            if (--era.Count == 0)
            {
                era.MaxEnd = 0;
                drained = era.Drained;
                _draining?.Remove(era);
            }

            if (_count == 0 && _closed is not null)
                (whenEmpty, _whenEmpty) = (_whenEmpty, null);
        }

        drained?.TrySetResult();
        if (whenEmpty is not null)
            Complete(whenEmpty);
    }

    /// <summary>
    /// Waits until no lease reaches beyond a position; from the call on, new ones end there until <see cref="Reopen"/>. Completes synchronously
    /// where none does.
    /// </summary>
    public ValueTask DrainAsync(int position, CancellationToken cancellationToken)
    {
        List<Task>? waits = null;
        lock (_lock)
        {
            _limit = position;
            if (_era.MaxEnd > position)
            {
                _era.Drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
                (_draining ??= []).Add(_era);
                _era = new();
            }

            foreach (var era in _draining ?? [])
            {
                if (era.MaxEnd > position)
                    (waits ??= []).Add(era.Drained!.Task);
            }
        }

        return waits is null ? ValueTask.CompletedTask : new(Task.WhenAll(waits).WaitAsync(cancellationToken));
    }

    /// <summary>Ends what <see cref="DrainAsync"/> began.</summary>
    public void Reopen()
    {
        lock (_lock)
            _limit = int.MaxValue;
    }

    /// <summary>
    /// Refuses new leases, and runs an action when the last one is gone, at once if there is none. The task completes after the action, with
    /// its error if it fails. Only the first call's action runs; later calls return the same task.
    /// </summary>
    public Task CloseAsync(Action whenEmpty)
    {
        lock (_lock)
        {
            if (_closed is not null)
                return _closed.Task;
            _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_count > 0)
            {
                _whenEmpty = whenEmpty;
                return _closed.Task;
            }
        }

        Complete(whenEmpty);
        return _closed.Task;
    }

    private void Complete(Action whenEmpty)
    {
        try
        {
            whenEmpty();
            _closed!.SetResult();
        }
#pragma warning disable CA1031 // Whoever gives back the last lease has nothing to do with it: the error goes to the one who closed.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _closed!.SetException(error);
        }
    }

    /// <summary>Proof of a lease.</summary>
    public readonly struct Ticket
    {
        internal Ticket(Era era) => Era = era;

        internal Era Era { get; }
    }

    /// <summary>The leases taken between two truncations that had to wait.</summary>
    internal sealed class Era
    {
        public int Count { get; set; }

        public int MaxEnd { get; set; }

        public TaskCompletionSource? Drained { get; set; }
    }
}
