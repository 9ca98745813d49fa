using Kafka.Modular.Metadata.Snapshots;
using Kafka.Modular.Raft.Driver;
using Kafka.Modular.Raft.Log;

namespace Kafka.Modular.Server.Wiring;

/// <summary>Snapshots of the metadata, written beside the quorum's log. Used on the snapshot loop, which has a thread of its own and may block.</summary>
internal sealed class MetadataSnapshots(RaftDriver raft) : ISnapshotStore
{
    public ISnapshotWriter? TryBegin(long endOffset, int epoch, long lastContainedLogTimestamp)
    {
        var writer = raft.CreateSnapshotAsync(new OffsetAndEpoch(endOffset, epoch), lastContainedLogTimestamp, CancellationToken.None).GetAwaiter().GetResult();
        return writer is null ? null : new Writer(writer);
    }

    private sealed class Writer(RaftSnapshotWriter writer) : ISnapshotWriter
    {
        public void Append(IReadOnlyList<ReadOnlyMemory<byte>> records) => writer.Append(records);

        public void Complete() => writer.Complete();

        public void Dispose() => writer.Dispose();
    }
}
