using Kafka.Modular.Cluster;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Loading;

namespace Kafka.Modular.Server.Wiring;

/// <summary>Tells the broker's lifecycle how far the metadata is in effect. The last publisher; lives on the metadata loop.</summary>
internal sealed class LifecyclePublisher(BrokerLifecycle lifecycle) : IMetadataPublisher
{
    public string Name => nameof(LifecyclePublisher);

    public void OnMetadataUpdate(MetadataDelta delta, MetadataImage image, LoaderManifest manifest)
        => lifecycle.OnMetadata(image.Provenance.LastContainedOffset);
}
