namespace Kafka.Modular.Spi.Security;

/// <summary>Why something is allowed or denied.</summary>
/// <param name="IsAllowed">Whether it is allowed.</param>
/// <param name="Rule">By which rule.</param>
/// <param name="Decisive">The ACL that decides, with <see cref="AclRule.MatchingAcl"/>.</param>
/// <param name="Nearest">Of what is denied for want of an ACL: the one that came nearest to allowing it, if any does for the principal or the resource.</param>
/// <param name="Differences">In what that one is about something else.</param>
public sealed record AclExplanation(bool IsAllowed, AclRule Rule, AclBinding? Decisive = null, AclBinding? Nearest = null, AclDifferences Differences = AclDifferences.None)
{
    /// <summary>The rule as Kafka's audit log names it.</summary>
    public string RuleText => Rule switch
    {
        AclRule.SuperUser => "SuperUser",
        AclRule.MatchingAcl => $"MatchingAcl(acl={Decisive?.ToText()})",
        _ => IsAllowed ? "DefaultAllow" : "DefaultDeny",
    };
}
