using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Replication;

namespace Kafka.Modular.Handlers.Records;

/// <summary>An append that waits for the replicas in sync, and where its outcome goes.</summary>
internal sealed class AwaitedAppend(Partition partition, long endOffset, ProduceResponse.PartitionProduceResponse response)
{
    private bool _isSettled;

    public Partition Partition { get; } = partition;

    public ProduceResponse.PartitionProduceResponse Response { get; } = response;

    /// <summary>Looks whether the replicas have it, and notes the outcome. One thread at a time.</summary>
    public bool TrySettle()
    {
        if (!_isSettled && Partition.CheckReplicated(endOffset) is { } error)
        {
            _isSettled = true;
            Response.ErrorCode = error;
        }

        return _isSettled;
    }

    /// <summary>The time is over.</summary>
    public void Expire()
    {
        if (!TrySettle())
        {
            _isSettled = true;
            Response.ErrorCode = ErrorCode.RequestTimedOut;
        }
    }
}
