using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Security.Authentication;

namespace Kafka.Modular.Server.Wiring;

/// <summary>Gives the SCRAM credentials of the metadata to the authentication, on the metadata loop.</summary>
internal sealed class ScramPublisher(MetadataScramCredentials credentials) : IMetadataPublisher
{
    public string Name => nameof(ScramPublisher);

    public void OnMetadataUpdate(MetadataDelta delta, MetadataImage image, LoaderManifest manifest) => credentials.Update(image.Scram);
}
