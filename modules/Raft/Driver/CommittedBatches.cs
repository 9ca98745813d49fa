namespace Kafka.Modular.Raft.Driver;

/// <summary>Consecutive committed batches, at least one.</summary>
public sealed class CommittedBatches : IDisposable
{
    private Action? _disposed;

    internal CommittedBatches(IReadOnlyList<CommittedBatch> batches, Action disposed)
    {
        Batches = batches;
        _disposed = disposed;
    }

    /// <summary>The batches in order.</summary>
    public IReadOnlyList<CommittedBatch> Batches { get; }

    /// <summary>Offset of the first record.</summary>
    public long BaseOffset => Batches[0].BaseOffset;

    /// <summary>Offset of the last record.</summary>
    public long LastOffset => Batches[^1].LastOffset;

    /// <summary>These are dealt with: the next may come. Any thread; more than once does no harm.</summary>
    public void Dispose() => Interlocked.Exchange(ref _disposed, null)?.Invoke();
}
