namespace Kafka.Modular.Spi.Security;

/// <summary>What is done to a resource, numbered as in Kafka's protocol and records.</summary>
public enum AclOperation : sbyte
{
    /// <summary>An operation that this version does not know.</summary>
    Unknown = 0,

    /// <summary>In filters: any operation.</summary>
    Any = 1,

    /// <summary>In bindings: every operation.</summary>
    All = 2,

    /// <summary>Read records or committed offsets, join a group.</summary>
    Read = 3,

    /// <summary>Write records.</summary>
    Write = 4,

    /// <summary>Create the resource.</summary>
    Create = 5,

    /// <summary>Delete the resource or records of it.</summary>
    Delete = 6,

    /// <summary>Change the resource.</summary>
    Alter = 7,

    /// <summary>See that it is there and how.</summary>
    Describe = 8,

    /// <summary>What brokers do among themselves.</summary>
    ClusterAction = 9,

    /// <summary>See its configuration.</summary>
    DescribeConfigs = 10,

    /// <summary>Change its configuration.</summary>
    AlterConfigs = 11,

    /// <summary>Write as an idempotent producer; every writer of some topic may (KIP-679).</summary>
    IdempotentWrite = 12,

    /// <summary>Create delegation tokens for another user.</summary>
    CreateTokens = 13,

    /// <summary>Describe delegation tokens of another user.</summary>
    DescribeTokens = 14,

    /// <summary>Take part in an external two-phase commit (KIP-939).</summary>
    TwoPhaseCommit = 15,
}
