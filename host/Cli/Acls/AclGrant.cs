using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Cli.Acls;

/// <summary>What an ACL says of its resource: who, from where, what, and whether they may.</summary>
/// <param name="Principal">Whom it concerns.</param>
/// <param name="Host">Where they come from.</param>
/// <param name="Operation">What they do.</param>
/// <param name="Permission">Whether they may.</param>
internal sealed record AclGrant(string Principal, string Host, AclOperation Operation, AclPermission Permission)
{
    /// <summary>As Kafka's tools write it.</summary>
    public override string ToString() =>
        $"(principal={Principal}, host={Host}, operation={AclMeaning.JavaName(Operation.ToString())}, permissionType={AclMeaning.JavaName(Permission.ToString())})";

    /// <summary>The whole ACL.</summary>
    public AclBinding On(AclPattern pattern) => new(pattern.ResourceType, pattern.Name!, pattern.PatternType, Principal, Host, Operation, Permission);
}
