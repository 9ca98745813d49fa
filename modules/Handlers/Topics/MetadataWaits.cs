using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Replication;

namespace Kafka.Modular.Handlers.Topics;

/// <summary>
/// Lets a change that is committed reach this broker before its caller is answered, so that what was created can be used at once. Install it behind the
/// replica manager. Waiting is for any thread.
/// </summary>
public sealed class MetadataWaits(ReplicaManager replicas, TimeProvider time) : IMetadataPublisher
{
    private readonly Lock _lock = new();
    private readonly List<Wait> _waits = [];
    private MetadataImage _image = MetadataImage.Empty;

    /// <inheritdoc/>
    public string Name => nameof(MetadataWaits);

    /// <inheritdoc/>
    public void OnMetadataUpdate(MetadataDelta delta, MetadataImage image, LoaderManifest manifest)
    {
        List<Wait> met;
        lock (_lock)
        {
            _image = image;
            met = _waits.FindAll(wait => wait.Condition(image));
            _waits.RemoveAll(wait => met.Contains(wait));
        }

        met.ForEach(static wait => wait.Completion.TrySetResult());
    }

    /// <summary>
    /// Completes when the published metadata meets the condition and the replicas follow it, or when the time is over: the caller answers either way.
    /// </summary>
    public async Task UntilAsync(Func<MetadataImage, bool> condition, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var wait = new Wait(condition, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock)
        {
            // Not what requests are answered from: the replicas hear of that a moment later.
            if (condition(_image))
            {
                wait.Completion.SetResult();
            }
            else
            {
                _waits.Add(wait);
            }
        }

        try
        {
            await wait.Completion.Task.WaitAsync(timeout, time, cancellationToken);
            await replicas.WhenAppliedAsync().WaitAsync(timeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It is committed all the same; the caller's clients find out when they refresh their metadata.
        }
        finally
        {
            lock (_lock)
            {
                _waits.Remove(wait);
            }
        }
    }

    private sealed record Wait(Func<MetadataImage, bool> Condition, TaskCompletionSource Completion);
}
