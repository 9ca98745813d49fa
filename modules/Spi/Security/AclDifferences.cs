namespace Kafka.Modular.Spi.Security;

/// <summary>In what an ACL is about something else than what was asked for.</summary>
[Flags]
public enum AclDifferences
{
    /// <summary>In nothing.</summary>
    None = 0,

    /// <summary>It is about another operation.</summary>
    Operation = 1,

    /// <summary>It is about another host.</summary>
    Host = 2,

    /// <summary>It is about another resource of the same kind.</summary>
    Resource = 4,

    /// <summary>It is about somebody else.</summary>
    Principal = 8,
}
