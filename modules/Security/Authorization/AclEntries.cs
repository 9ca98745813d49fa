using Kafka.Modular.Metadata.Acls;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Security.Authorization;

/// <summary>ACLs of the metadata as authorizers take them, and the other way round.</summary>
public static class AclEntries
{
    /// <summary>The ACL as authorizers take it.</summary>
    /// <param name="entry">The ACL as the log holds it.</param>
    public static AclBinding ToBinding(this AclEntry entry) => new(
        (ResourceType)entry.ResourceType,
        entry.ResourceName,
        (ResourcePatternType)entry.PatternType,
        entry.Principal,
        entry.Host,
        (AclOperation)entry.Operation,
        (AclPermission)entry.PermissionType);

    /// <summary>The ACL as the log holds it.</summary>
    /// <param name="binding">The ACL.</param>
    public static AclEntry ToEntry(this AclBinding binding) => new(
        (sbyte)binding.ResourceType,
        binding.ResourceName,
        (sbyte)binding.PatternType,
        binding.Principal,
        binding.Host,
        (sbyte)binding.Operation,
        (sbyte)binding.Permission);
}
