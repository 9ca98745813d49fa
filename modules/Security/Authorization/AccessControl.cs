using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Security.Authorization;

/// <summary>
/// What handlers ask before they do something. Without an authorizer everybody may do everything, as in Kafka. Safe to use from any thread; never blocks.
/// </summary>
public sealed class AccessControl
{
    private readonly IAuthorizer? _authorizer;

    /// <summary>Creates the check of an authorizer.</summary>
    /// <param name="authorizer">Who decides, or null for nobody.</param>
    public AccessControl(IAuthorizer? authorizer) => _authorizer = authorizer;

    /// <summary>Nobody decides: everybody may do everything.</summary>
    public static AccessControl Open { get; } = new(authorizer: null);

    /// <summary>Whether there is an authorizer.</summary>
    public bool IsEnabled => _authorizer is not null;

    /// <summary>Whether the client may do this to this resource.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="operation">What it wants to do.</param>
    /// <param name="resourceType">Kind of resource.</param>
    /// <param name="resourceName">Its whole name.</param>
    /// <param name="logsDenial">Whether a denial goes to the audit log; not where the answer only leaves something out that was not asked for by name.</param>
    public bool Allows(ClientIdentity client, AclOperation operation, ResourceType resourceType, string resourceName, bool logsDenial = true) =>
        _authorizer is null || _authorizer.Authorize(client, operation, resourceType, resourceName);

    /// <summary>Whether the client may do this to the cluster.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="operation">What it wants to do.</param>
    /// <param name="logsDenial">Whether a denial goes to the audit log.</param>
    public bool AllowsOnCluster(ClientIdentity client, AclOperation operation, bool logsDenial = true) =>
        Allows(client, operation, ResourceType.Cluster, AclBinding.ClusterName, logsDenial);

    /// <summary>Whether there may be any resource of the kind to which the client may do this (KIP-679).</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="operation">What it would do.</param>
    /// <param name="resourceType">Kind of resource.</param>
    public bool AllowsOnAny(ClientIdentity client, AclOperation operation, ResourceType resourceType) =>
        _authorizer is null || _authorizer.AuthorizeByResourceType(client, operation, resourceType);

    /// <summary>Those of the operations that the client may do to the resource, as a bit field (KIP-430): bit n is the operation of number n.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="operations">The operations that the kind of resource knows, as such a bit field.</param>
    /// <param name="resourceType">Kind of resource.</param>
    /// <param name="resourceName">Its whole name.</param>
    public int AllowedOperations(ClientIdentity client, int operations, ResourceType resourceType, string resourceName)
    {
        if (_authorizer is null)
        {
            return operations;
        }

        var allowed = 0;
        for (var operation = AclOperation.Read; operation <= AclOperation.TwoPhaseCommit; operation++)
        {
            var bit = 1 << (int)operation;
            if ((operations & bit) != 0 && Allows(client, operation, resourceType, resourceName, logsDenial: false))
            {
                allowed |= bit;
            }
        }

        return allowed;
    }
}
