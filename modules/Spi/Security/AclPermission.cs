namespace Kafka.Modular.Spi.Security;

/// <summary>What an ACL says, numbered as in Kafka's protocol and records.</summary>
public enum AclPermission : sbyte
{
    /// <summary>One that this version does not know.</summary>
    Unknown = 0,

    /// <summary>In filters: either.</summary>
    Any = 1,

    /// <summary>Forbids; stronger than any permission to do it.</summary>
    Deny = 2,

    /// <summary>Permits.</summary>
    Allow = 3,
}
