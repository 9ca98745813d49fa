using System.Net;

namespace Kafka.Modular.Spi.Security;

/// <summary>What a single ACL means, as Kafka's StandardAuthorizer reads it. Pure; any thread.</summary>
public static class AclMeaning
{
    private const int ImpliesDescribe =
        (1 << (int)AclOperation.Read) | (1 << (int)AclOperation.Write) | (1 << (int)AclOperation.Delete) | (1 << (int)AclOperation.Alter);

    /// <summary>Whether the ACL is about the resource (KIP-290).</summary>
    /// <param name="binding">The ACL.</param>
    /// <param name="resourceType">Kind of resource.</param>
    /// <param name="resourceName">Its whole name.</param>
    public static bool IsAbout(this AclBinding binding, ResourceType resourceType, string resourceName) =>
        binding.ResourceType == resourceType
        && (binding.PatternType == ResourcePatternType.Prefixed
            ? resourceName.StartsWith(binding.ResourceName, StringComparison.Ordinal)
            : binding.PatternType == ResourcePatternType.Literal
                && (binding.ResourceName == AclBinding.Wildcard || string.Equals(binding.ResourceName, resourceName, StringComparison.Ordinal)));

    /// <summary>
    /// The operations that an ACL permits or forbids, as a bit field: bit n is the operation of number n. Permission to read, write, delete or alter implies that to
    /// describe, and permission to alter a configuration that to describe it; a prohibition implies nothing.
    /// </summary>
    /// <param name="operation">The ACL's operation.</param>
    /// <param name="permission">Whether it permits or forbids.</param>
    public static int OperationsOf(AclOperation operation, AclPermission permission)
    {
        if (operation == AclOperation.All)
            return ~0;
        var own = 1 << (int)operation;
        if (permission != AclPermission.Allow)
            return own;
        if ((own & ImpliesDescribe) != 0)
            return own | (1 << (int)AclOperation.Describe);
        return operation == AclOperation.AlterConfigs ? own | (1 << (int)AclOperation.DescribeConfigs) : own;
    }

    /// <summary>
    /// The host of an ACL in the form that <see cref="ClientIdentity.Host"/> has: addresses of IPv6, which Java writes without <c>::</c>, become RFC 5952's; anything else stays
    /// as it is.
    /// </summary>
    /// <param name="host">The host.</param>
    public static string CanonicalHost(string host)
    {
        if (!host.Contains(':', StringComparison.Ordinal) || !IPAddress.TryParse(host, out var address))
            return host;
        return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
    }

    /// <summary>The principals of ACLs that a client falls under: its own, everybody, and each of its groups.</summary>
    /// <param name="client">The client.</param>
    public static IReadOnlyList<string> PrincipalsOf(ClientIdentity client)
    {
        var principals = new string[2 + client.Groups.Count];
        principals[0] = client.Principal.ToString();
        principals[1] = AclBinding.WildcardPrincipal;
        for (var index = 0; index < client.Groups.Count; index++)
            principals[2 + index] = $"{ClientIdentity.GroupType}:{client.Groups[index]}";
        return principals;
    }

    /// <summary>The ACL as Kafka's audit log writes it.</summary>
    /// <param name="binding">The ACL.</param>
    public static string ToText(this AclBinding binding) =>
        $"StandardAcl(resourceType={JavaName(binding.ResourceType.ToString())}, resourceName={binding.ResourceName}, patternType={JavaName(binding.PatternType.ToString())}, "
        + $"principal={binding.Principal}, host={binding.Host}, operation={JavaName(binding.Operation.ToString())}, permissionType={JavaName(binding.Permission.ToString())})";

    /// <summary>The name of an enum's value as Kafka's Java has it: <c>DescribeConfigs</c> is <c>DESCRIBE_CONFIGS</c>.</summary>
    /// <param name="name">The name here.</param>
    public static string JavaName(string name) =>
        string.Concat(name.Select(static (letter, index) => index > 0 && char.IsAsciiLetterUpper(letter) ? $"_{letter}" : char.ToUpperInvariant(letter).ToString()));
}
