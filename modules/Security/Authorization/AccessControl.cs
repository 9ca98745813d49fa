using Kafka.Modular.Protocol;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Security.Authorization;

/// <summary>
/// What handlers ask before they do something. Without an authorizer everybody may do everything, as in Kafka. Safe to use from any thread; never blocks.
/// </summary>
public sealed class AccessControl
{
    private const string NoRequest = "none";

    private readonly AuthorizerHolder? _holder;
    private readonly AuthorizationAudit? _audit;
    private readonly string _request;

    /// <summary>Creates the check of an authorizer that stays, without an audit log.</summary>
    /// <param name="authorizer">Who decides, or null for nobody.</param>
    public AccessControl(IAuthorizer? authorizer)
        : this(authorizer is null ? null : new AuthorizerHolder(authorizer), audit: null)
    {
    }

    /// <summary>Creates the check of an authorizer.</summary>
    /// <param name="holder">Who decides, or null for nobody.</param>
    /// <param name="audit">Where decisions are recorded, or null for nowhere.</param>
    public AccessControl(AuthorizerHolder? holder, AuthorizationAudit? audit)
        : this(holder, audit, NoRequest)
    {
    }

    private AccessControl(AuthorizerHolder? holder, AuthorizationAudit? audit, string request) => (_holder, _audit, _request) = (holder, audit, request);

    /// <summary>Nobody decides: everybody may do everything.</summary>
    public static AccessControl Open { get; } = new(holder: null, audit: null);

    /// <summary>Whether there is an authorizer.</summary>
    public bool IsEnabled => _holder is not null;

    /// <summary>The same check for requests of one API, which the audit log names.</summary>
    /// <param name="api">The API.</param>
    public AccessControl For(ApiKey api) => new(_holder, _audit, MessageCatalog.Api(api).Name);

    /// <summary>Whether the client may do this to this resource.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="operation">What it wants to do.</param>
    /// <param name="resourceType">Kind of resource.</param>
    /// <param name="resourceName">Its whole name.</param>
    /// <param name="logsDenial">Whether a denial goes to the audit log; not where the answer only leaves something out that was not asked for by name.</param>
    public bool Allows(ClientIdentity client, AclOperation operation, ResourceType resourceType, string resourceName, bool logsDenial = true)
    {
        if (_holder?.Current is not { } authorizer)
            return true;
        var isAllowed = _holder.Decide(authorizer, client, operation, resourceType, resourceName);
        if (_audit is not null && (isAllowed ? _audit.RecordsGrants : logsDenial && _audit.RecordsDenials))
            _audit.Record(new(isAllowed, client, operation, resourceType, resourceName, _request), authorizer);
        return isAllowed;
    }

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
        _holder is null || _holder.Current.AuthorizeByResourceType(client, operation, resourceType);

    /// <summary>Those of the operations that the client may do to the resource, as a bit field (KIP-430): bit n is the operation of number n.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="operations">The operations that the kind of resource knows, as such a bit field.</param>
    /// <param name="resourceType">Kind of resource.</param>
    /// <param name="resourceName">Its whole name.</param>
    public int AllowedOperations(ClientIdentity client, int operations, ResourceType resourceType, string resourceName)
    {
        if (_holder?.Current is not { } authorizer)
        {
            return operations;
        }

        var allowed = 0;
        for (var operation = AclOperation.Read; operation <= AclOperation.TwoPhaseCommit; operation++)
        {
            var bit = 1 << (int)operation;
            if ((operations & bit) != 0 && _holder.Decide(authorizer, client, operation, resourceType, resourceName))
            {
                allowed |= bit;
            }
        }

        return allowed;
    }
}
