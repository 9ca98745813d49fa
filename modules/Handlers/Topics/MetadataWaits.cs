using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Loading;

namespace Kafka.Modular.Handlers.Topics;

/// <summary>
/// Lets a change that is committed reach this broker before its caller is answered, so that what was created can be used at once. Install it behind the
/// replica manager. Waiting is for any thread.
/// </summary>
/// <remarks>Kafka answers as soon as the change is committed; so waiting is a courtesy, which must not cost a caller its patience: it has bounds of its own.</remarks>
/// <param name="whenApplied">Completes when the replicas follow all that was published so far.</param>
/// <param name="time">The clock.</param>
public sealed class MetadataWaits(Func<Task> whenApplied, TimeProvider time) : IMetadataPublisher
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(10);

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

    /// <summary>Completes when the published metadata meets the condition, or after ten seconds: the caller answers either way.</summary>
    public Task UntilPublishedAsync(Func<MetadataImage, bool> condition, CancellationToken cancellationToken) =>
        UntilAsync(condition, static () => Task.CompletedTask, s_longestWait, cancellationToken);

    /// <summary>
    /// Completes when the published metadata meets the condition and the replicas follow it, or when half of the request's time or ten seconds are over: the
    /// caller answers either way, before its client gives up and asks again for what is done.
    /// </summary>
    /// <param name="condition">What the metadata must show.</param>
    /// <param name="timeoutMs">The request's time in milliseconds.</param>
    /// <param name="cancellationToken">The connection is gone.</param>
    public Task UntilServedAsync(Func<MetadataImage, bool> condition, int timeoutMs, CancellationToken cancellationToken)
    {
        var patience = TimeSpan.FromMilliseconds(Math.Max(timeoutMs, 0) / 2);
        return UntilAsync(condition, whenApplied, patience < s_longestWait ? patience : s_longestWait, cancellationToken);
    }

    private async Task UntilAsync(Func<MetadataImage, bool> condition, Func<Task> then, TimeSpan timeout, CancellationToken cancellationToken)
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
            var began = time.GetTimestamp();
            await wait.Completion.Task.WaitAsync(timeout, time, cancellationToken);
            var left = timeout - time.GetElapsedTime(began);
            await then().WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken);
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
