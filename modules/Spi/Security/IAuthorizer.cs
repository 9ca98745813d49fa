namespace Kafka.Modular.Spi.Security;

/// <summary>Decides who may do what. Called from any thread, many at a time; must not block, and must allocate nothing for a decision that it has made before.</summary>
public interface IAuthorizer
{
    /// <summary>Whether the client may do this to this resource.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="operation">One of those that can be done; not Any, All or Unknown.</param>
    /// <param name="resourceType">Kind of resource.</param>
    /// <param name="resourceName">Its whole name.</param>
    bool Authorize(ClientIdentity client, AclOperation operation, ResourceType resourceType, string resourceName);

    /// <summary>Whether there may be any resource of the kind to which the client may do this (KIP-679).</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="operation">What it would do.</param>
    /// <param name="resourceType">Kind of resource.</param>
    bool AuthorizeByResourceType(ClientIdentity client, AclOperation operation, ResourceType resourceType);
}
