using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Coordination;

/// <summary>
/// Port: the partitions that a coordinator keeps its state in. The broker's replicas satisfy it.
/// </summary>
public interface ICoordinatorLog
{
    /// <summary>The largest batch that the partition takes, in bytes, or -1 when this node does not lead it.</summary>
    int MaxBatchSize(TopicPartition partition);

    /// <summary>
    /// Appends one batch as the leader, with the guarantees of acks=all. Called on the coordinator's loop; does not wait for replication.
    /// </summary>
    CoordinatorAppend Append(TopicPartition partition, ReadOnlyMemory<byte> batch);

    /// <summary>The partition's high watermark: the first offset that is not committed.</summary>
    long HighWatermark(TopicPartition partition);

    /// <summary>
    /// Calls <paramref name="onAdvanced"/> with the new high watermark each time it rises, on whatever thread raised it, until disposed.
    /// </summary>
    IDisposable WatchHighWatermark(TopicPartition partition, Action<long> onAdvanced);

    /// <summary>
    /// Reads the partition from its log start to its log end in order. The memory is valid during the call only.
    /// </summary>
    /// <returns><see cref="ErrorCode.None"/>, or why the partition cannot be read here.</returns>
    ValueTask<ErrorCode> ReadAllAsync(TopicPartition partition, Action<ReadOnlyMemory<byte>> onBatches, CancellationToken cancellationToken);
}

/// <summary>The outcome of an append.</summary>
/// <param name="Error"><see cref="ErrorCode.None"/> when the batch is in the log.</param>
/// <param name="BaseOffset">The offset of the batch's first record.</param>
/// <param name="EndOffset">The offset after the batch's last record: committed once the high watermark is at least this.</param>
public readonly record struct CoordinatorAppend(ErrorCode Error, long BaseOffset, long EndOffset);
