using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Raft.Log;

namespace Kafka.Modular.Raft.Driver;

/// <summary>A snapshot to be loaded. Read it once, from one thread at a time, and dispose it.</summary>
public sealed class RaftSnapshot : IDisposable
{
    private readonly IRaftSnapshotReader _file;
    private Action? _disposed;

    internal RaftSnapshot(OffsetAndEpoch id, IRaftSnapshotReader file, Action disposed)
    {
        Id = id;
        _file = file;
        _disposed = disposed;
    }

    /// <summary>End offset and epoch: what follows begins at this offset.</summary>
    public OffsetAndEpoch Id { get; }

    /// <summary>Size in bytes.</summary>
    public long SizeInBytes => _file.Size;

    /// <summary>The batches of the snapshot in order; their offsets count from 0 and mean nothing.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The snapshot is corrupt.</exception>
    public IEnumerable<CommittedBatch> ReadBatches()
    {
        using var batches = new RaftSnapshotBatches(_file);
        while (batches.Next() is { } batch)
        {
            if (batch.Control.Count == 0)
                yield return CommittedBatchReader.Read(batch);
        }
    }

    /// <summary>It is loaded, or given up. More than once does no harm.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, null) is not { } disposed)
            return;
        _file.Dispose();
        disposed();
    }
}
