using Kafka.Modular.Cluster;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Loading;

namespace Kafka.Modular.Server.Wiring;

/// <summary>
/// Tells the broker's lifecycle how far the metadata is in effect, and notices when clients are sent to this broker. The last publisher; lives on the
/// metadata loop.
/// </summary>
internal sealed class LifecyclePublisher(BrokerLifecycle lifecycle, int brokerId) : IMetadataPublisher
{
    private readonly TaskCompletionSource _unfenced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name => nameof(LifecyclePublisher);

    /// <summary>Completes when the metadata in effect says that this broker, as it runs now, is not fenced.</summary>
    public Task WhenUnfenced => _unfenced.Task;

    public void OnMetadataUpdate(MetadataDelta delta, MetadataImage image, LoaderManifest manifest)
    {
        lifecycle.OnMetadata(image.Provenance.LastContainedOffset);
        if (image.Cluster.TryGetBroker(brokerId, out var broker) && broker.IncarnationId == lifecycle.IncarnationId && !broker.IsFenced)
            _unfenced.TrySetResult();
    }
}
