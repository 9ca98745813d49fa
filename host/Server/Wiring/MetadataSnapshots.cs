using Kafka.Modular.Metadata.Snapshots;
using Kafka.Modular.Raft.Driver;
using Kafka.Modular.Raft.Log;

namespace Kafka.Modular.Server.Wiring;

/// <summary>Snapshots of the metadata, written beside the quorum's log. They are begun on the Raft loop and written on the snapshot loop.</summary>
internal sealed class MetadataSnapshots(RaftDriver raft) : ISnapshotStore
{
    public async ValueTask<ISnapshotWriter?> TryBeginAsync(long endOffset, int epoch, long lastContainedLogTimestamp)
    {
        var writer = await raft.CreateSnapshotAsync(new OffsetAndEpoch(endOffset, epoch), lastContainedLogTimestamp, CancellationToken.None);
        return writer is null ? null : new Writer(writer);
    }

    private sealed class Writer(RaftSnapshotWriter writer) : ISnapshotWriter
    {
        public void Append(IReadOnlyList<ReadOnlyMemory<byte>> records) => writer.Append(records);

        public void Complete() => writer.Complete();

        public void Dispose() => writer.Dispose();
    }
}
