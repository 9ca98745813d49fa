using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Cli.Acls;

/// <summary>What the flags of <c>kafka-acls</c> say: patterns, and what is granted on each.</summary>
internal sealed class AclArguments(ToolOptions options)
{
    private const string NoResource =
        "You must provide at least one resource: --topic <topic> or --cluster or --group <group> or --delegation-token <Delegation Token ID>";

    /// <summary>The kind of pattern that is asked for.</summary>
    /// <exception cref="UsageException">There is no such kind.</exception>
    public ResourcePatternType PatternType { get; } = options.Value("resource-pattern-type") is not { } text
        ? ResourcePatternType.Literal
        : text.ToUpperInvariant() switch
        {
            "ANY" => ResourcePatternType.Any,
            "MATCH" => ResourcePatternType.Match,
            "LITERAL" => ResourcePatternType.Literal,
            "PREFIXED" => ResourcePatternType.Prefixed,
            _ => throw new UsageException($"Cannot parse argument '{text}' of option resource-pattern-type"),
        };

    /// <summary>The patterns that are named.</summary>
    public IReadOnlyList<AclPattern> Patterns()
    {
        var patterns = new List<AclPattern>();
        Add("topic", ResourceType.Topic);
        if (PatternType == ResourcePatternType.Literal && options.Count("cluster", "idempotent") > 0)
            patterns.Add(AclPattern.Cluster);
        Add("group", ResourceType.Group);
        Add("transactional-id", ResourceType.TransactionalId);
        Add("delegation-token", ResourceType.DelegationToken);
        Add("user-principal", ResourceType.User);
        return [.. patterns.Distinct()];

        void Add(string flag, ResourceType type) => patterns.AddRange(options.Values(flag).Select(name => new AclPattern(type, name.Trim(), PatternType)));
    }

    /// <summary>What is to be added to or removed from each pattern.</summary>
    /// <exception cref="UsageException">The flags name no resource, or an operation that the resource does not know.</exception>
    public IReadOnlyList<(AclPattern Pattern, List<AclGrant> Grants)> Grants()
    {
        var patterns = Patterns();
        if (patterns.Count == 0)
            throw new UsageException(NoResource);
        var all = new List<(AclPattern Pattern, List<AclGrant> Grants)>();
        if (options.Count("producer", "consumer") == 0)
        {
            var grants = Of([.. Operations()]);
            all.AddRange(patterns.Select(pattern => (pattern, grants)));
        }

        if (options.Has("producer"))
            AddProducer(patterns, all);
        if (options.Has("consumer"))
            AddConsumer(patterns, all);
        all = [.. all.GroupBy(static each => each.Pattern).Select(static group => (group.Key, group.SelectMany(static each => each.Grants).Distinct().ToList()))];
        foreach (var (pattern, grants) in all)
            CheckOperations(pattern, grants);
        return all;
    }

    /// <summary>The principals of a flag.</summary>
    /// <exception cref="ToolException">One is no principal.</exception>
    public IReadOnlyList<string> Principals(string flag) => [.. options.Values(flag).Select(static text => CheckPrincipal(text.Trim())).Distinct(StringComparer.Ordinal)];

    /// <summary>The operation of a name, in any case, with or without underscores between its words.</summary>
    public static AclOperation ParseOperation(string text) =>
        Enum.GetValues<AclOperation>().FirstOrDefault(operation => string.Equals(operation.ToString(), text.Trim(), StringComparison.OrdinalIgnoreCase));

    /// <summary>Checks that a text is a principal.</summary>
    /// <exception cref="ToolException">It is none.</exception>
    public static string CheckPrincipal(string text) => text.Contains(':', StringComparison.Ordinal)
        ? text
        : throw new ToolException($"expected a string in format principalType:principalName but got {text}");

    /// <summary>The operations that a kind of resource knows.</summary>
    public static IReadOnlyList<AclOperation> OperationsOf(ResourceType type) => type switch
    {
        ResourceType.Topic =>
        [
            AclOperation.Read, AclOperation.Write, AclOperation.Create, AclOperation.Delete, AclOperation.Alter, AclOperation.Describe, AclOperation.DescribeConfigs,
            AclOperation.AlterConfigs,
        ],
        ResourceType.Group => [AclOperation.Read, AclOperation.Delete, AclOperation.Describe, AclOperation.DescribeConfigs, AclOperation.AlterConfigs],
        ResourceType.Cluster =>
        [
            AclOperation.Create, AclOperation.Alter, AclOperation.Describe, AclOperation.ClusterAction, AclOperation.DescribeConfigs, AclOperation.AlterConfigs,
            AclOperation.IdempotentWrite,
        ],
        ResourceType.TransactionalId => [AclOperation.Write, AclOperation.Describe, AclOperation.TwoPhaseCommit],
        ResourceType.DelegationToken => [AclOperation.Describe],
        _ => [AclOperation.CreateTokens, AclOperation.DescribeTokens],
    };

    private IEnumerable<AclOperation> Operations() =>
        options.Has("operation") ? options.Values("operation").Select(ParseOperation).Distinct() : [AclOperation.All];

    private void AddProducer(IReadOnlyList<AclPattern> patterns, List<(AclPattern Pattern, List<AclGrant> Grants)> all)
    {
        var topics = Of(AclOperation.Write, AclOperation.Describe, AclOperation.Create);
        var transactions = Of(AclOperation.Write, AclOperation.Describe);
        all.AddRange(patterns.Where(static pattern => pattern.ResourceType == ResourceType.Topic).Select(pattern => (pattern, topics)));
        all.AddRange(patterns.Where(static pattern => pattern.ResourceType == ResourceType.TransactionalId).Select(pattern => (pattern, transactions)));
        if (options.Has("idempotent"))
            all.Add((AclPattern.Cluster, Of(AclOperation.IdempotentWrite)));
    }

    private void AddConsumer(IReadOnlyList<AclPattern> patterns, List<(AclPattern Pattern, List<AclGrant> Grants)> all)
    {
        var topics = Of(AclOperation.Read, AclOperation.Describe);
        var groups = Of(AclOperation.Read);
        all.AddRange(patterns.Where(static pattern => pattern.ResourceType == ResourceType.Topic).Select(pattern => (pattern, topics)));
        all.AddRange(patterns.Where(static pattern => pattern.ResourceType == ResourceType.Group).Select(pattern => (pattern, groups)));
    }

    private List<AclGrant> Of(params AclOperation[] operations) =>
        [.. Of("allow", AclPermission.Allow, operations), .. Of("deny", AclPermission.Deny, operations)];

    private IEnumerable<AclGrant> Of(string flag, AclPermission permission, AclOperation[] operations)
    {
        var principals = Principals($"{flag}-principal");
        var hosts = options.Has($"{flag}-host") ? options.Values($"{flag}-host").Select(static host => host.Trim()).Distinct(StringComparer.Ordinal) : [AclBinding.Wildcard];
        return from principal in principals
               from operation in operations
               from host in hosts
               select new AclGrant(principal, host, operation, permission);
    }

    private static void CheckOperations(AclPattern pattern, List<AclGrant> grants)
    {
        AclOperation[] known = [AclOperation.All, .. OperationsOf(pattern.ResourceType)];
        if (grants.Exists(grant => !known.Contains(grant.Operation)))
        {
            throw new UsageException(
                $"ResourceType {AclMeaning.JavaName(pattern.ResourceType.ToString())} only supports operations [{string.Join(", ", known.Select(static each => AclMeaning.JavaName(each.ToString())))}]");
        }
    }
}
