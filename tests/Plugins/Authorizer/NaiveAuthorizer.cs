using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Plugins.Authorizer;

/// <summary>The rules of Apache Kafka's authorizer, said as plainly as can be: every ACL is looked at for every question.</summary>
internal sealed class NaiveAuthorizer(IReadOnlyCollection<string> superUsers, bool allowsEveryoneWithoutAcl)
{
    public List<AclBinding> Bindings { get; } = [];

    public bool Authorize(ClientIdentity client, AclOperation operation, ResourceType type, string name)
    {
        if (superUsers.Contains(client.Principal.ToString()) || client.Groups.Any(group => superUsers.Contains("Group:" + group)))
            return true;
        var about = Bindings.Where(binding => binding.ResourceType == type && IsAbout(binding, name)).ToList();
        if (about.Count == 0)
            return allowsEveryoneWithoutAcl;
        var matching = about.Where(binding => IsFor(binding, client) && IsOf(binding, operation)).ToList();
        return matching.Exists(binding => binding.Permission == AclPermission.Allow) && !matching.Exists(binding => binding.Permission == AclPermission.Deny);
    }

    /// <summary>There is a name that no prohibition reaches and a permission does, apart from names that nobody could think of (KIP-679).</summary>
    public bool AuthorizeByResourceType(ClientIdentity client, AclOperation operation, ResourceType type)
    {
        if (Authorize(client, operation, type, "hardcode"))
            return true;
        var concerning = Bindings.Where(binding => binding.ResourceType == type && IsFor(binding, client) && (binding.Operation == operation || binding.Operation == AclOperation.All)).ToList();
        var denials = concerning.Where(binding => binding.Permission == AclPermission.Deny).ToList();
        if (denials.Exists(binding => binding is { PatternType: ResourcePatternType.Literal, ResourceName: "*" }))
            return false;
        return concerning.Exists(binding => binding.Permission == AclPermission.Allow
            && (binding is { PatternType: ResourcePatternType.Literal, ResourceName: "*" } || !denials.Exists(denial => Dominates(denial, binding))));
    }

    private static bool Dominates(AclBinding denial, AclBinding allowance) => denial.PatternType == ResourcePatternType.Prefixed
        ? allowance.ResourceName.StartsWith(denial.ResourceName, StringComparison.Ordinal)
        : allowance.PatternType == ResourcePatternType.Literal && allowance.ResourceName == denial.ResourceName;

    private static bool IsAbout(AclBinding binding, string name) => binding.PatternType == ResourcePatternType.Prefixed
        ? name.StartsWith(binding.ResourceName, StringComparison.Ordinal)
        : binding.ResourceName == "*" || binding.ResourceName == name;

    private static bool IsFor(AclBinding binding, ClientIdentity client) =>
        (binding.Principal == "User:*" || binding.Principal == client.Principal.ToString() || client.Groups.Any(group => binding.Principal == "Group:" + group))
        && (binding.Host == "*" || binding.Host == client.Address.ToString());

    private static bool IsOf(AclBinding binding, AclOperation operation)
    {
        if (binding.Operation == AclOperation.All || binding.Operation == operation)
            return true;
        return binding.Permission == AclPermission.Allow && operation switch
        {
            AclOperation.Describe => binding.Operation is AclOperation.Read or AclOperation.Write or AclOperation.Delete or AclOperation.Alter,
            AclOperation.DescribeConfigs => binding.Operation is AclOperation.AlterConfigs,
            _ => false,
        };
    }
}
