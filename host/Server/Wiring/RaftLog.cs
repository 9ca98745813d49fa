using Kafka.Modular.LogStorage;
using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Log;

namespace Kafka.Modular.Server.Wiring;

/// <summary>The quorum's log over a partition's log, <c>__cluster_metadata-0</c>. Lives on the Raft loop, but for reading.</summary>
internal sealed class RaftLog(PartitionLog log) : IRaftLog
{
    public long StartOffset => log.LogStartOffset;

    public long EndOffset => log.LogEndOffset;

    public IReadOnlyList<EpochStart> EpochStarts => [.. log.LeaderEpochs.Select(static entry => new EpochStart(entry.Epoch, entry.StartOffset))];

    public long SizeInBytes => log.Size;

    public void Append(ReadOnlyMemory<byte> batches)
    {
        // The batches carry offsets and epochs already, those of the leader as those of a follower.
        var result = log.AppendAsFollower(batches, int.MaxValue);
        if (result.Error != ErrorCode.None)
            throw new IOException($"{log}: the quorum's records were not appended: {result.Error} {result.Message}");
    }

    public ReadOnlyMemory<byte> Read(long offset, int maxBytes) => log.ReadBatches(offset, maxBytes);

    public async ValueTask TruncateToAsync(long endOffset) => await log.TruncateToAsync(endOffset, CancellationToken.None);

    public ValueTask TruncateFullyToAsync(long offset) => log.TruncateFullyAndStartAtAsync(offset, offset, CancellationToken.None);

    public void AdvanceStartTo(long offset)
    {
        log.MaybeIncrementLogStartOffset(offset, "a snapshot holds what lies before");
        log.DeleteOldSegments();
    }

    public void Flush() => log.Flush();

    public void UpdateHighWatermark(long offset) => log.UpdateHighWatermark(offset);
}
