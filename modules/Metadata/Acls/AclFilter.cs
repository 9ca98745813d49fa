namespace Kafka.Modular.Metadata.Acls;

/// <summary>Picks ACL bindings, with the numbers of Kafka's requests: 1 is any (KIP-140), pattern type 2 every pattern that the name falls under (KIP-290). Pure; any thread.</summary>
/// <param name="ResourceType">Kind of resource.</param>
/// <param name="ResourceName">Name of a pattern, or of a resource where the pattern type is 2; null for any.</param>
/// <param name="PatternType">Pattern type.</param>
/// <param name="Principal">Principal; null for any.</param>
/// <param name="Host">Host; null for any.</param>
/// <param name="Operation">Operation.</param>
/// <param name="PermissionType">Permission type.</param>
public sealed record AclFilter(
    sbyte ResourceType, string? ResourceName, sbyte PatternType, string? Principal, string? Host, sbyte Operation, sbyte PermissionType)
{
    private const sbyte Any = 1;
    private const sbyte Match = 2;
    private const sbyte Literal = 3;
    private const string Wildcard = "*";

    /// <summary>Whether the binding is picked.</summary>
    /// <param name="entry">The binding.</param>
    public bool Matches(AclEntry entry) =>
        (ResourceType == Any || ResourceType == entry.ResourceType)
        && (PatternType is Any or Match || PatternType == entry.PatternType)
        && (ResourceName is null || MatchesName(entry))
        && (Principal is null || string.Equals(Principal, entry.Principal, StringComparison.Ordinal))
        && (Host is null || string.Equals(Host, entry.Host, StringComparison.Ordinal))
        && (Operation == Any || Operation == entry.Operation)
        && (PermissionType == Any || PermissionType == entry.PermissionType);

    private bool MatchesName(AclEntry entry)
    {
        if (PatternType != Match)
            return string.Equals(ResourceName, entry.ResourceName, StringComparison.Ordinal);
        return entry.PatternType == Literal
            ? string.Equals(ResourceName, entry.ResourceName, StringComparison.Ordinal) || entry.ResourceName == Wildcard
            : ResourceName!.StartsWith(entry.ResourceName, StringComparison.Ordinal);
    }
}
