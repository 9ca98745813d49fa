using System.Runtime.CompilerServices;

namespace Kafka.Modular.Core.Threading;

/// <summary>
/// Awaiting it lets everything go first that waits for a thread of the pool. (<see cref="Task.Yield"/> queues on the thread's own
/// queue, which that thread serves before the others.)
/// </summary>
public readonly struct ThreadPoolTurn : ICriticalNotifyCompletion, IEquatable<ThreadPoolTurn>
{
    /// <summary>Always false: the turn is always given away.</summary>
    public bool IsCompleted => false;

    /// <inheritdoc cref="Equals(ThreadPoolTurn)"/>
    public static bool operator ==(ThreadPoolTurn left, ThreadPoolTurn right) => left.Equals(right);

    /// <inheritdoc cref="Equals(ThreadPoolTurn)"/>
    public static bool operator !=(ThreadPoolTurn left, ThreadPoolTurn right) => !left.Equals(right);

    /// <summary>Itself.</summary>
    public ThreadPoolTurn GetAwaiter() => this;

    /// <summary>Nothing to get.</summary>
    public void GetResult()
    {
    }

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => ThreadPool.QueueUserWorkItem(static action => action(), continuation, preferLocal: false);

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation) =>
        ThreadPool.UnsafeQueueUserWorkItem(static action => action(), continuation, preferLocal: false);

    /// <summary>All are alike.</summary>
    public bool Equals(ThreadPoolTurn other) => true;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ThreadPoolTurn;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}
