using System.Collections.Concurrent;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Tests.Wire;

/// <summary>
/// An authorizer with a table of what everybody may do, and nothing else; with what Kafka's authorizers imply: who may read, write, delete or alter may
/// describe, and who may alter configuration may describe it.
/// </summary>
internal sealed class GrantTable : IAuthorizer
{
    private readonly ConcurrentDictionary<Grant, bool> _grants = new();

    /// <summary>Whether everything is allowed, whatever the table says: while a test prepares.</summary>
    public bool AllowsEverything { get; set; } = true;

    /// <summary>From now on this is allowed, and nothing else.</summary>
    public void AllowOnly(params IEnumerable<Grant> grants)
    {
        _grants.Clear();
        foreach (var grant in grants)
        {
            _grants[grant] = true;
        }

        AllowsEverything = false;
    }

    public bool Authorize(ClientIdentity client, AclOperation operation, ResourceType resourceType, string resourceName)
        => AllowsEverything || Implying(operation).Any(each => _grants.ContainsKey(new Grant(each, resourceType, resourceName)));

    public bool AuthorizeByResourceType(ClientIdentity client, AclOperation operation, ResourceType resourceType)
        => AllowsEverything || _grants.Keys.Any(grant => grant.Type == resourceType && grant.Operation == operation);

    private static AclOperation[] Implying(AclOperation operation) => operation switch
    {
        AclOperation.Describe => [operation, AclOperation.Read, AclOperation.Write, AclOperation.Delete, AclOperation.Alter],
        AclOperation.DescribeConfigs => [operation, AclOperation.AlterConfigs],
        _ => [operation],
    };
}
