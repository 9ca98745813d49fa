using System.Numerics;

namespace Kafka.Modular.Spi.Security;

/// <summary>Explains what a list of ACLs says about one question, by looking at each of them. Pure; any thread.</summary>
public static class AclExplainer
{
    /// <summary>Explains what the ACLs say.</summary>
    /// <param name="bindings">Every ACL that there is.</param>
    /// <param name="principals">The principals that the client falls under, see <see cref="AclMeaning.PrincipalsOf"/>.</param>
    /// <param name="host">The address it comes from.</param>
    /// <param name="operation">What it wants to do.</param>
    /// <param name="resourceType">Kind of resource.</param>
    /// <param name="resourceName">Its whole name.</param>
    /// <param name="isAllowedByDefault">What holds where no ACL is about the resource (<c>allow.everyone.if.no.acl.found</c>).</param>
    public static AclExplanation Explain(
        IEnumerable<AclBinding> bindings,
        IReadOnlyCollection<string> principals,
        string host,
        AclOperation operation,
        ResourceType resourceType,
        string resourceName,
        bool isAllowedByDefault)
    {
        AclBinding? allowing = null;
        AclBinding? nearest = null;
        var differences = AclDifferences.None;
        var isFound = false;
        foreach (var binding in bindings)
        {
            if (binding.ResourceType != resourceType)
                continue;
            var differs = Differences(binding, principals, host, operation, resourceName);
            isFound |= (differs & AclDifferences.Resource) == AclDifferences.None;
            if (differs == AclDifferences.None && binding.Permission == AclPermission.Deny)
                return new(IsAllowed: false, AclRule.MatchingAcl, binding);
            if (binding.Permission != AclPermission.Allow)
                continue;
            if (differs == AclDifferences.None)
                allowing ??= binding;
            else if (!differs.HasFlag(AclDifferences.Resource | AclDifferences.Principal) && (nearest is null || IsNearer(differs, differences)))
                (nearest, differences) = (binding, differs);
        }

        if (allowing is not null)
            return new(IsAllowed: true, AclRule.MatchingAcl, allowing);
        if (!isFound && isAllowedByDefault)
            return new(IsAllowed: true, AclRule.Default);
        return new(IsAllowed: false, isFound ? AclRule.NoMatchingAcl : AclRule.Default, Decisive: null, nearest, differences);
    }

    private static AclDifferences Differences(
        AclBinding binding, IReadOnlyCollection<string> principals, string host, AclOperation operation, string resourceName)
    {
        var differences = AclDifferences.None;
        if (!binding.IsAbout(binding.ResourceType, resourceName))
            differences |= AclDifferences.Resource;
        if (!principals.Contains(binding.Principal))
            differences |= AclDifferences.Principal;
        if (binding.Host != AclBinding.Wildcard && !string.Equals(AclMeaning.CanonicalHost(binding.Host), AclMeaning.CanonicalHost(host), StringComparison.Ordinal))
            differences |= AclDifferences.Host;
        if ((AclMeaning.OperationsOf(binding.Operation, binding.Permission) & (1 << (int)operation)) == 0)
            differences |= AclDifferences.Operation;
        return differences;
    }

    private static bool IsNearer(AclDifferences one, AclDifferences other)
    {
        var (count, otherCount) = (BitOperations.PopCount((uint)one), BitOperations.PopCount((uint)other));
        return count != otherCount ? count < otherCount : one < other;
    }
}
