using Kafka.Modular.Replication.Parking;

namespace Kafka.Modular.Handlers.Records;

/// <summary>A produce with acks=all that waits until every partition has replicated its batch.</summary>
internal sealed class ParkedProduce(List<AwaitedAppend> appends) : ParkedRequest
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Completion => _completion.Task;

    protected override bool IsSatisfied() => appends.TrueForAll(static append => append.TrySettle());

    protected override void OnEnded()
    {
        appends.ForEach(static append => append.Expire());
        _completion.SetResult();
    }
}
