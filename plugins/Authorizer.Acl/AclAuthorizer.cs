using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Authorizer.Acl;

/// <summary>
/// Decides by ACLs as Apache Kafka's <c>StandardAuthorizer</c>: super users may do everything; an ACL that forbids is stronger than any that permits; where none is about
/// the resource the configured default holds. Beyond Kafka a client also falls under the ACLs of its groups, <c>Group:name</c>.
/// </summary>
/// <remarks>Any thread. Decisions are kept in a bounded cache; every change of the ACLs begins a new version, and what was decided under an older one counts no more.</remarks>
internal sealed class AclAuthorizer(AclAuthorizerSettings settings) : IAclAuthorizer
{
    // Kafka asks for a resource of this name before it looks at ACLs, so that super users and the configured default are heard.
    private const string AnyName = "hardcode";

    private readonly DecisionCache _decisions = new();
    private volatile AclIndex _index = AclIndex.Empty;

    /// <inheritdoc/>
    public bool Authorize(ClientIdentity client, AclOperation operation, ResourceType resourceType, string resourceName)
    {
        var index = _index;
        return _decisions.Find(index.Version, client, operation, resourceType, resourceName)
            ?? _decisions.Keep(index.Version, client, operation, resourceType, resourceName, Decide(index, client, operation, resourceType, resourceName));
    }

    /// <inheritdoc/>
    public bool AuthorizeByResourceType(ClientIdentity client, AclOperation operation, ResourceType resourceType)
    {
        var index = _index;
        return _decisions.Find(index.Version, client, operation, resourceType, resourceName: null)
            ?? _decisions.Keep(index.Version, client, operation, resourceType, resourceName: null, DecideByType(index, client, operation, resourceType));
    }

    /// <inheritdoc/>
    public void Load(IReadOnlyCollection<AclBinding> bindings) => _index = _index.Replace(bindings);

    /// <inheritdoc/>
    public void Change(IReadOnlyCollection<AclBinding> removed, IReadOnlyCollection<AclBinding> added) => _index = _index.Change(removed, added);

    /// <inheritdoc/>
    public AclExplanation Explain(ClientIdentity client, AclOperation operation, ResourceType resourceType, string resourceName)
    {
        var principals = AclMeaning.PrincipalsOf(client);
        return IsSuperUser(principals)
            ? new(IsAllowed: true, AclRule.SuperUser)
            : AclExplainer.Explain(
                _index.Of(resourceType), principals, client.Host, operation, resourceType, resourceName, settings.AllowsEveryoneWithoutAcl);
    }

    private bool Decide(AclIndex index, ClientIdentity client, AclOperation operation, ResourceType resourceType, string resourceName)
    {
        var principals = AclMeaning.PrincipalsOf(client);
        return IsSuperUser(principals)
            || (index.Decide(principals, client.Host, operation, resourceType, resourceName) ?? settings.AllowsEveryoneWithoutAcl);
    }

    private bool DecideByType(AclIndex index, ClientIdentity client, AclOperation operation, ResourceType resourceType) =>
        Decide(index, client, operation, resourceType, AnyName)
        || ResourceTypeDecision.IsAllowed(index.Of(resourceType), AclMeaning.PrincipalsOf(client), client.Host, operation);

    // Everybody cannot be a super user: Kafka compares with the principal alone.
    private bool IsSuperUser(IReadOnlyList<string> principals)
    {
        for (var index = 0; index < principals.Count; index++)
        {
            if (index != 1 && settings.SuperUsers.Contains(principals[index]))
                return true;
        }

        return false;
    }
}
