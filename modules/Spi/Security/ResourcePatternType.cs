namespace Kafka.Modular.Spi.Security;

/// <summary>How the name in an ACL is compared (KIP-290), numbered as in Kafka's protocol and records.</summary>
public enum ResourcePatternType : sbyte
{
    /// <summary>One that this version does not know.</summary>
    Unknown = 0,

    /// <summary>In filters: any pattern of exactly the name given.</summary>
    Any = 1,

    /// <summary>In filters: every pattern that the name given falls under.</summary>
    Match = 2,

    /// <summary>The whole name; <c>*</c> stands for every name.</summary>
    Literal = 3,

    /// <summary>Names that begin so.</summary>
    Prefixed = 4,
}
