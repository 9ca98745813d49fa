using Kafka.Modular.Replication.Parking;

namespace Kafka.Modular.Handlers.Records;

/// <summary>A DeleteRecords that waits until every partition's low watermark is where it asks for.</summary>
internal sealed class ParkedDeletion(List<AwaitedDeletion> deletions) : ParkedRequest
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Completion => _completion.Task;

    protected override bool IsSatisfied()
    {
        var isSatisfied = true;
        foreach (var deletion in deletions)
        {
            isSatisfied &= deletion.TrySettle();
        }

        return isSatisfied;
    }

    protected override void OnEnded()
    {
        deletions.ForEach(static deletion => deletion.Expire());
        _completion.SetResult();
    }
}
