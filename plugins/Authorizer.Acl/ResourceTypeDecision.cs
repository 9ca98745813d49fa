using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Authorizer.Acl;

/// <summary>
/// Whether there may be any resource of a kind that a client may use so (KIP-679). A permission counts unless a prohibition covers all of it; operations imply nothing here.
/// </summary>
internal static class ResourceTypeDecision
{
    public static bool IsAllowed(IEnumerable<AclBinding> bindings, IReadOnlyCollection<string> principals, string host, AclOperation operation)
    {
        var deniedNames = new HashSet<string>(StringComparer.Ordinal);
        var deniedPrefixes = new HashSet<string>(StringComparer.Ordinal);
        var allowed = new List<AclBinding>();
        var isAllowedEverywhere = false;
        foreach (var binding in bindings)
        {
            if (!Concerns(binding, principals, host, operation))
                continue;
            var isEverything = binding is { PatternType: ResourcePatternType.Literal, ResourceName: AclBinding.Wildcard };
            if (binding.Permission == AclPermission.Deny)
            {
                if (isEverything)
                    return false;
                (binding.PatternType == ResourcePatternType.Literal ? deniedNames : deniedPrefixes).Add(binding.ResourceName);
            }
            else if (isEverything)
            {
                isAllowedEverywhere = true;
            }
            else
            {
                allowed.Add(binding);
            }
        }

        return isAllowedEverywhere || allowed.Exists(binding => !IsDominated(binding, deniedNames, deniedPrefixes));
    }

    private static bool Concerns(AclBinding binding, IReadOnlyCollection<string> principals, string host, AclOperation operation) =>
        (binding.Operation == operation || binding.Operation == AclOperation.All)
        && (binding.Host == AclBinding.Wildcard || string.Equals(AclMeaning.CanonicalHost(binding.Host), host, StringComparison.Ordinal))
        && principals.Contains(binding.Principal);

    private static bool IsDominated(AclBinding binding, HashSet<string> deniedNames, HashSet<string> deniedPrefixes)
    {
        var name = binding.ResourceName;
        if (binding.PatternType == ResourcePatternType.Literal && deniedNames.Contains(name))
            return true;
        if (deniedPrefixes.Count == 0)
            return false;
        var prefixes = deniedPrefixes.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var length = 1; length <= name.Length; length++)
        {
            if (prefixes.Contains(name.AsSpan(0, length)))
                return true;
        }

        return false;
    }
}
