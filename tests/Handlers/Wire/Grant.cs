using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Tests.Wire;

/// <summary>A permission to do one thing to one resource.</summary>
internal readonly record struct Grant(AclOperation Operation, ResourceType Type, string Name)
{
    public static Grant OnTopic(AclOperation operation, string topic) => new(operation, ResourceType.Topic, topic);

    public static Grant OnGroup(AclOperation operation, string group) => new(operation, ResourceType.Group, group);

    public static Grant OnCluster(AclOperation operation) => new(operation, ResourceType.Cluster, AclBinding.ClusterName);

    public static Grant OnTransactionalId(AclOperation operation, string id) => new(operation, ResourceType.TransactionalId, id);

    /// <summary>As the table's readers call it: <c>Write Topic orders</c>.</summary>
    public override string ToString() => Type == ResourceType.Cluster ? $"{Operation} Cluster" : $"{Operation} {Type} {Name}";
}
