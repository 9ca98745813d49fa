using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Replication;

namespace Kafka.Modular.Handlers.Records;

/// <summary>A deletion of records that waits until the followers have deleted them too, and where its outcome goes.</summary>
internal sealed class AwaitedDeletion(
    ReplicaManager replicas, Partition partition, long offset, DeleteRecordsResponse.DeleteRecordsPartitionResult result)
{
    private bool _isSettled;

    public Partition Partition { get; } = partition;

    /// <summary>Looks whether it is gone everywhere, and notes the outcome. One thread at a time.</summary>
    public bool TrySettle()
    {
        if (_isSettled)
        {
            return true;
        }

        var lowWatermark = Partition.LowWatermark;
        var error = lowWatermark >= 0 ? ErrorCode.None
            : replicas.TryGet(Partition.TopicPartition, out var now) && now == Partition ? ErrorCode.NotLeaderOrFollower
            : ErrorCode.UnknownTopicOrPartition;
        if (error != ErrorCode.None || lowWatermark >= offset)
        {
            _isSettled = true;
            (result.ErrorCode, result.LowWatermark) = (error, lowWatermark);
        }

        return _isSettled;
    }

    /// <summary>The time is over: the low watermark stays what it was when it began.</summary>
    public void Expire()
    {
        if (!TrySettle())
        {
            _isSettled = true;
            result.ErrorCode = ErrorCode.RequestTimedOut;
        }
    }
}
