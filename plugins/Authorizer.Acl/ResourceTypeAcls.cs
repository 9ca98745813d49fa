using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Authorizer.Acl;

/// <summary>
/// The ACLs about one kind of resource: literal names in one table, prefixes in another. The prefixes that a name falls under are found by looking up its beginnings of
/// those lengths that some prefix has. Immutable, any thread.
/// </summary>
internal sealed class ResourceTypeAcls
{
    private readonly Dictionary<string, PatternAcls> _literals;
    private readonly Dictionary<string, PatternAcls> _prefixes;
    private readonly int[] _prefixLengths;

    private ResourceTypeAcls(Dictionary<string, PatternAcls> literals, Dictionary<string, PatternAcls> prefixes)
    {
        (_literals, _prefixes) = (literals, prefixes);
        _prefixLengths = [.. prefixes.Keys.Select(static prefix => prefix.Length).Distinct().Order()];
    }

    public static ResourceTypeAcls Empty { get; } = new(new(StringComparer.Ordinal), new(StringComparer.Ordinal));

    public IEnumerable<AclBinding> Bindings => _literals.Values.Concat(_prefixes.Values).SelectMany(static pattern => pattern.Bindings);

    public ResourceTypeAcls Change(IEnumerable<AclBinding> removed, IEnumerable<AclBinding> added)
    {
        var changes = new Dictionary<(string Name, ResourcePatternType Type), List<AclBinding>>();
        foreach (var binding in removed)
            BindingsOf(changes, binding).Remove(binding);
        foreach (var binding in added)
            BindingsOf(changes, binding).Add(binding);
        var literals = Copy(_literals, changes, ResourcePatternType.Literal);
        var prefixes = Copy(_prefixes, changes, ResourcePatternType.Prefixed);
        return new ResourceTypeAcls(literals, prefixes);
    }

    public void Collect(string resourceName, ref AclDecision decision)
    {
        if (_literals.TryGetValue(resourceName, out var literal))
            decision.Add(literal);
        if (resourceName != AclBinding.Wildcard && _literals.TryGetValue(AclBinding.Wildcard, out var wildcard))
            decision.Add(wildcard);
        var prefixes = _prefixes.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var length in _prefixLengths)
        {
            if (length > resourceName.Length || decision.IsDenied)
                break;
            if (prefixes.TryGetValue(resourceName.AsSpan(0, length), out var prefix))
                decision.Add(prefix);
        }
    }

    private static Dictionary<string, PatternAcls> Copy(
        Dictionary<string, PatternAcls> patterns, Dictionary<(string Name, ResourcePatternType Type), List<AclBinding>> changes, ResourcePatternType type)
    {
        if (!changes.Keys.Any(pattern => pattern.Type == type))
            return patterns;
        var copy = new Dictionary<string, PatternAcls>(patterns, StringComparer.Ordinal);
        foreach (var (pattern, bindings) in changes)
        {
            if (pattern.Type != type)
                continue;
            if (bindings.Count == 0)
                copy.Remove(pattern.Name);
            else
                copy[pattern.Name] = new PatternAcls([.. bindings]);
        }

        return copy;
    }

    private List<AclBinding> BindingsOf(Dictionary<(string Name, ResourcePatternType Type), List<AclBinding>> changes, AclBinding binding)
    {
        var pattern = (binding.ResourceName, binding.PatternType);
        if (!changes.TryGetValue(pattern, out var bindings))
        {
            var before = (binding.PatternType == ResourcePatternType.Prefixed ? _prefixes : _literals).GetValueOrDefault(binding.ResourceName);
            changes[pattern] = bindings = [.. before?.Bindings ?? []];
        }

        return bindings;
    }
}
