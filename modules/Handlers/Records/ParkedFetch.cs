using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Replication.Parking;
using Kafka.Modular.Replication.Sessions;

namespace Kafka.Modular.Handlers.Records;

/// <summary>A fetch that waits for <c>fetch.min.bytes</c>, or for its time to be over. It reads once, when it ends.</summary>
internal sealed class ParkedFetch(FetchReads reads, IReadOnlyList<FetchPartition> partitions, FetchLimits limits, int minBytes) : ParkedRequest
{
    private readonly TaskCompletionSource<List<FetchResponse.PartitionData>> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<List<FetchResponse.PartitionData>> Completion => _completion.Task;

    protected override bool IsSatisfied()
    {
        if (!reads.HaveNews(partitions, limits))
        {
            return false;
        }

        if (minBytes <= 1)
        {
            return true;
        }

        var results = reads.Read(partitions, limits, out var bytes, out var endsWait);
        var satisfied = bytes >= minBytes || endsWait;
        FetchHandler.Release(results);
        return satisfied;
    }

    protected override void OnEnded()
    {
        try
        {
            _completion.SetResult(reads.Read(partitions, limits, out _, out _));
        }
        catch (Exception exception)
        {
            _completion.SetException(exception);
        }
    }
}
