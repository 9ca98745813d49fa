namespace Kafka.Modular.Spi.Security;

/// <summary>By which rule an authorizer with ACLs decided.</summary>
public enum AclRule
{
    /// <summary>The principal is a super user, who may do everything.</summary>
    SuperUser,

    /// <summary>An ACL forbids or permits it; one that forbids is the stronger one.</summary>
    MatchingAcl,

    /// <summary>No ACL is about the resource: what then holds is configured.</summary>
    Default,

    /// <summary>There are ACLs about the resource, and none of them permits it.</summary>
    NoMatchingAcl,
}
