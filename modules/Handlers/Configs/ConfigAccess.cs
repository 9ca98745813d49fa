using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Metadata.Configs;
using Kafka.Modular.Protocol;
using Kafka.Modular.Security.Authorization;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Configs;

/// <summary>Who may see and change configuration: that of a topic or a group by permission on it, that of brokers, their loggers and subscriptions by one on the cluster.</summary>
internal static class ConfigAccess
{
    /// <summary>Why the client may not see the configuration; null when it may.</summary>
    public static Refusal? CheckDescribe(AccessControl access, RequestContext context, ConfigResourceType type, string name)
        => Check(access, context, AclOperation.DescribeConfigs, type, name);

    /// <summary>Why the client may not change the configuration; null when it may.</summary>
    public static Refusal? CheckAlter(AccessControl access, RequestContext context, ConfigResourceType type, string name)
        => Check(access, context, AclOperation.AlterConfigs, type, name);

    private static Refusal? Check(AccessControl access, RequestContext context, AclOperation operation, ConfigResourceType type, string name) => type switch
    {
        ConfigResourceType.Topic => Check(access.Allows(context.Identity, operation, ResourceType.Topic, name), ErrorCode.TopicAuthorizationFailed),
        ConfigResourceType.Group => Check(access.Allows(context.Identity, operation, ResourceType.Group, name), ErrorCode.GroupAuthorizationFailed),
        _ => Check(access.AllowsOnCluster(context.Identity, operation), ErrorCode.ClusterAuthorizationFailed),
    };

    private static Refusal? Check(bool isAllowed, ErrorCode error) => isAllowed ? null : new Refusal(error, error.Info().Message);
}
