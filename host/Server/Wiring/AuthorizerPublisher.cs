using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Security.Authorization;

namespace Kafka.Modular.Server.Wiring;

/// <summary>Gives the ACLs of the metadata to the authorizer, on the metadata loop.</summary>
internal sealed class AuthorizerPublisher(AuthorizerHolder authorizer) : IMetadataPublisher
{
    public string Name => nameof(AuthorizerPublisher);

    public void OnMetadataUpdate(MetadataDelta delta, MetadataImage image, LoaderManifest manifest)
    {
        if (delta.Acls is { } acls)
            authorizer.OnAcls(acls, image.Acls);
    }
}
