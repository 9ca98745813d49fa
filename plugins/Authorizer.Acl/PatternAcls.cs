using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Authorizer.Acl;

/// <summary>The ACLs of one pattern, by principal. Immutable, any thread; never without an ACL.</summary>
internal sealed class PatternAcls
{
    private readonly Dictionary<string, HostRules[]> _rules;

    public PatternAcls(AclBinding[] bindings)
    {
        Bindings = bindings;
        _rules = bindings.GroupBy(static binding => binding.Principal, StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => RulesByHost(group), StringComparer.Ordinal);
    }

    public AclBinding[] Bindings { get; }

    public ReadOnlySpan<HostRules> RulesOf(string principal) => _rules.GetValueOrDefault(principal);

    private static HostRules[] RulesByHost(IEnumerable<AclBinding> bindings) =>
        [.. bindings.GroupBy(static binding => AclMeaning.CanonicalHost(binding.Host), StringComparer.Ordinal)
            .Select(static group => new HostRules(group.Key, OperationsOf(group, AclPermission.Allow), OperationsOf(group, AclPermission.Deny)))];

    private static int OperationsOf(IEnumerable<AclBinding> bindings, AclPermission permission) =>
        bindings.Where(binding => binding.Permission == permission)
            .Aggregate(0, static (operations, binding) => operations | AclMeaning.OperationsOf(binding.Operation, binding.Permission));
}
