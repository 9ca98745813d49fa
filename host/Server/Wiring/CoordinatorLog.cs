using System.Runtime.InteropServices;
using Kafka.Modular.Coordination;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.LogStorage;
using Kafka.Modular.Protocol;
using Kafka.Modular.Replication;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Server.Wiring;

/// <summary>The partitions that coordinators keep their state in: those that this broker leads.</summary>
/// <param name="replicas">The replicas of this broker.</param>
/// <param name="loadBufferBytes"><c>offsets.load.buffer.size</c>: how much is read at a time while state is loaded.</param>
internal sealed class CoordinatorLog(ReplicaManager replicas, int loadBufferBytes) : ICoordinatorLog
{
    public int MaxBatchSize(TopicPartition partition)
        => replicas.TryGet(partition, out var found) && found.IsLeader && found.Log is { } log ? log.Config.MaxMessageBytes : -1;

    public CoordinatorAppend Append(TopicPartition partition, ReadOnlyMemory<byte> batch)
    {
        if (!replicas.TryGet(partition, out var found))
            return new CoordinatorAppend(ErrorCode.NotLeaderOrFollower, -1, -1);
        try
        {
            // The batch was built for this append alone: it may be changed in place.
            var result = found.Append(MemoryMarshal.AsMemory(batch), requireMinIsr: true, AppendOrigin.Coordinator);
            return result.Error == ErrorCode.None
                ? new CoordinatorAppend(ErrorCode.None, result.FirstOffset, result.LastOffset + 1)
                : new CoordinatorAppend(result.Error, -1, -1);
        }
        catch (LogStoreException)
        {
            return new CoordinatorAppend(ErrorCode.KafkaStorageError, -1, -1);
        }
    }

    public long HighWatermark(TopicPartition partition) => replicas.TryGet(partition, out var found) && found.Log is { } log ? log.HighWatermark : -1;

    public IDisposable WatchHighWatermark(TopicPartition partition, Action<long> onAdvanced)
    {
        if (!replicas.TryGet(partition, out var found) || found.Log is not { } log)
            return new Watch(null, onAdvanced);
        var watch = new Watch(log, onAdvanced);
        log.AddListener(watch);
        return watch;
    }

    public async ValueTask<ErrorCode> ReadAllAsync(
        TopicPartition partition, Action<ReadOnlyMemory<byte>> onBatches, CancellationToken cancellationToken)
    {
        // The disk may be cold: not on the coordinator's loop.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (!replicas.TryGet(partition, out var found) || !found.IsLeader || found.Log is not { } log)
            return ErrorCode.NotLeaderOrFollower;
        for (var offset = log.LogStartOffset; offset < log.LogEndOffset;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlyMemory<byte> batches;
            try
            {
                batches = log.ReadBatches(offset, loadBufferBytes);
            }
            catch (ArgumentOutOfRangeException) when (offset < log.LogStartOffset)
            {
                // Retention or compaction was faster.
                offset = log.LogStartOffset;
                continue;
            }

            if (batches.IsEmpty)
                break;
            onBatches(batches);
            offset = NextOffset(batches.Span);
        }

        return found.IsLeader ? ErrorCode.None : ErrorCode.NotLeaderOrFollower;
    }

    private static long NextOffset(ReadOnlySpan<byte> bytes)
    {
        var next = 0L;
        var batches = new Protocol.Records.RecordBatchEnumerator(bytes);
        while (batches.MoveNext())
            next = batches.Current.NextOffset;
        return next;
    }

    private sealed class Watch(PartitionLog? log, Action<long> onAdvanced) : ILogListener, IDisposable
    {
        public void OnHighWatermarkUpdated(PartitionLog log, long highWatermark) => onAdvanced(highWatermark);

        public void Dispose() => log?.RemoveListener(this);
    }
}
