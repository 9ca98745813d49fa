using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Authorizer.Acl;

/// <summary>Every ACL, by kind of resource, name and principal. Immutable, any thread; a change makes another one that shares what did not change.</summary>
internal sealed class AclIndex
{
    private const int ResourceTypes = (int)ResourceType.User + 1;

    private readonly ResourceTypeAcls[] _types;

    private AclIndex(ResourceTypeAcls[] types, long version) => (_types, Version) = (types, version);

    /// <summary>No ACLs.</summary>
    public static AclIndex Empty { get; } = new([.. Enumerable.Repeat(ResourceTypeAcls.Empty, ResourceTypes)], version: 0);

    /// <summary>Higher than that of the index before.</summary>
    public long Version { get; }

    /// <summary>An index of other ACLs altogether, of the next version.</summary>
    public AclIndex Replace(IReadOnlyCollection<AclBinding> bindings) => new AclIndex(Empty._types, Version).Change([], bindings);

    /// <summary>The index after a change, of the next version.</summary>
    public AclIndex Change(IReadOnlyCollection<AclBinding> removed, IReadOnlyCollection<AclBinding> added)
    {
        var types = _types.ToArray();
        var touched = removed.Select(static binding => binding.ResourceType).Concat(added.Select(static binding => binding.ResourceType)).Distinct();
        foreach (var type in touched.Where(static type => type is >= ResourceType.Unknown and <= ResourceType.User))
        {
            types[(int)type] = types[(int)type].Change(
                removed.Where(binding => binding.ResourceType == type), added.Where(binding => binding.ResourceType == type));
        }

        return new AclIndex(types, Version + 1);
    }

    /// <summary>What the ACLs say.</summary>
    /// <returns>Null where none is about the resource.</returns>
    public bool? Decide(IReadOnlyList<string> principals, string host, AclOperation operation, ResourceType resourceType, string resourceName)
    {
        if (resourceType is < ResourceType.Unknown or > ResourceType.User)
            return null;
        var decision = new AclDecision(principals, host, operation);
        _types[(int)resourceType].Collect(resourceName, ref decision);
        return decision.Result;
    }

    /// <summary>The ACLs about a kind of resource.</summary>
    public IEnumerable<AclBinding> Of(ResourceType resourceType) => resourceType is >= ResourceType.Unknown and <= ResourceType.User ? _types[(int)resourceType].Bindings : [];
}
