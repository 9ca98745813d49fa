using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Cli.Acls;

/// <summary>A resource pattern, or a filter for some: kind, name, kind of pattern.</summary>
/// <param name="ResourceType">Kind of resource.</param>
/// <param name="Name">Its name; null for any.</param>
/// <param name="PatternType">Kind of pattern.</param>
internal sealed record AclPattern(ResourceType ResourceType, string? Name, ResourcePatternType PatternType)
{
    /// <summary>Filters for everything.</summary>
    public static AclPattern Any { get; } = new(ResourceType.Any, null, ResourcePatternType.Any);

    /// <summary>The one resource of the cluster.</summary>
    public static AclPattern Cluster { get; } = new(ResourceType.Cluster, AclBinding.ClusterName, ResourcePatternType.Literal);

    /// <summary>As Kafka's tools write it.</summary>
    public override string ToString() =>
        $"ResourcePattern(resourceType={AclMeaning.JavaName(ResourceType.ToString())}, name={Name ?? "<any>"}, patternType={AclMeaning.JavaName(PatternType.ToString())})";
}
