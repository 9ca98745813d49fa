using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Dispatch;

/// <summary>The bit fields of what the client may do (KIP-430): bit n is the ACL operation of number n. Without an authorizer it is all that a resource knows.</summary>
internal static class AuthorizedOperations
{
    /// <summary>What the field holds when it was not asked for.</summary>
    public const int NotRequested = int.MinValue;

    /// <summary>Read, delete, describe, describe and alter configs.</summary>
    private const int OfGroups = (1 << 3) | (1 << 6) | (1 << 8) | (1 << 10) | (1 << 11);

    /// <summary>Read, write, create, delete, alter, describe, describe and alter configs.</summary>
    private const int OfTopics = (1 << 3) | (1 << 4) | (1 << 5) | (1 << 6) | (1 << 7) | (1 << 8) | (1 << 10) | (1 << 11);

    /// <summary>Create, alter, describe, cluster action, describe and alter configs, idempotent write.</summary>
    private const int OfTheCluster = (1 << 5) | (1 << 7) | (1 << 8) | (1 << 9) | (1 << 10) | (1 << 11) | (1 << 12);

    /// <summary>What the client may do to a group.</summary>
    public static int OnGroup(HandlerServices services, RequestContext context, string group)
        => services.Access.AllowedOperations(context.Identity, OfGroups, ResourceType.Group, group);

    /// <summary>What the client may do to a topic.</summary>
    public static int OnTopic(HandlerServices services, RequestContext context, string topic)
        => services.Access.AllowedOperations(context.Identity, OfTopics, ResourceType.Topic, topic);

    /// <summary>What the client may do to the cluster; nothing is told to one who may not describe it.</summary>
    public static int OnCluster(HandlerServices services, RequestContext context)
        => services.Access.AllowsOnCluster(context.Identity, AclOperation.Describe)
            ? services.Access.AllowedOperations(context.Identity, OfTheCluster, ResourceType.Cluster, AclBinding.ClusterName)
            : 0;
}
