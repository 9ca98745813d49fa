namespace Kafka.Modular.Spi.Security;

/// <summary>One ACL.</summary>
/// <param name="ResourceType">Kind of resource.</param>
/// <param name="ResourceName">Its name or the beginning of it.</param>
/// <param name="PatternType"><see cref="ResourcePatternType.Literal"/> or <see cref="ResourcePatternType.Prefixed"/>.</param>
/// <param name="Principal">Whom it concerns, as <c>Type:Name</c>; <c>User:*</c> is everybody.</param>
/// <param name="Host">Address that they come from, or <c>*</c>.</param>
/// <param name="Operation">What they do.</param>
/// <param name="Permission"><see cref="AclPermission.Allow"/> or <see cref="AclPermission.Deny"/>.</param>
public sealed record AclBinding(
    ResourceType ResourceType,
    string ResourceName,
    ResourcePatternType PatternType,
    string Principal,
    string Host,
    AclOperation Operation,
    AclPermission Permission)
{
    /// <summary>The name that stands for every resource, and the host that stands for every address.</summary>
    public const string Wildcard = "*";

    /// <summary>The principal that stands for everybody.</summary>
    public const string WildcardPrincipal = "User:*";

    /// <summary>The name of the one resource of type <see cref="ResourceType.Cluster"/>.</summary>
    public const string ClusterName = "kafka-cluster";
}
