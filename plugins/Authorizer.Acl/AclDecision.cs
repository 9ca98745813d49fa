using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Authorizer.Acl;

/// <summary>A decision in the making: what the patterns that a resource falls under say, one after the other.</summary>
internal struct AclDecision(IReadOnlyList<string> principals, string host, AclOperation operation)
{
    private readonly int _operation = 1 << (int)operation;
    private bool _isFound;
    private bool _isAllowed;

    /// <summary>Whether an ACL forbids it, so that the others need not be looked at.</summary>
    public bool IsDenied { get; private set; }

    /// <summary>What came out; null where there was no ACL.</summary>
    public readonly bool? Result => _isFound ? _isAllowed && !IsDenied : null;

    /// <summary>Adds the ACLs of one pattern.</summary>
    public void Add(PatternAcls acls)
    {
        _isFound = true;
        for (var index = 0; index < principals.Count; index++)
        {
            foreach (var rule in acls.RulesOf(principals[index]))
            {
                if (rule.Host != AclBinding.Wildcard && !string.Equals(rule.Host, host, StringComparison.Ordinal))
                    continue;
                IsDenied |= (rule.Denied & _operation) != 0;
                _isAllowed |= (rule.Allowed & _operation) != 0;
            }
        }
    }
}
