namespace Kafka.Modular.Spi.Security;

/// <summary>Kind of resource that an ACL is about, numbered as in Kafka's protocol and records.</summary>
public enum ResourceType : sbyte
{
    /// <summary>One that this version does not know.</summary>
    Unknown = 0,

    /// <summary>In filters: any kind.</summary>
    Any = 1,

    /// <summary>A topic, by name.</summary>
    Topic = 2,

    /// <summary>A group, by id.</summary>
    Group = 3,

    /// <summary>The cluster; its name is always <c>kafka-cluster</c>.</summary>
    Cluster = 4,

    /// <summary>A transactional id.</summary>
    TransactionalId = 5,

    /// <summary>A delegation token, by id.</summary>
    DelegationToken = 6,

    /// <summary>A user as owner of delegation tokens, written <c>Type:Name</c>.</summary>
    User = 7,
}
