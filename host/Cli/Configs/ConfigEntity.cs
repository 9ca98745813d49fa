using System.Globalization;
using Kafka.Modular.Cli.Frame;

namespace Kafka.Modular.Cli.Configs;

/// <summary>What the flags of <c>kafka-configs</c> are about: entity types, and the names given for them; an empty name is the default entity.</summary>
internal sealed record ConfigEntity(IReadOnlyList<string> Types, IReadOnlyList<string> Names)
{
    public const string Topics = "topics";
    public const string Brokers = "brokers";
    public const string BrokerLoggers = "broker-loggers";
    public const string Users = "users";
    public const string Clients = "clients";
    public const string Ips = "ips";
    public const string ClientMetrics = "client-metrics";
    public const string Groups = "groups";

    private static readonly string[] s_types = [Topics, Clients, Users, Brokers, BrokerLoggers, Ips, ClientMetrics, Groups];

    private static readonly (string Flag, string Type)[] s_named =
    [
        ("topic", Topics), ("client", Clients), ("user", Users), ("broker", Brokers), ("broker-logger", BrokerLoggers), ("ip", Ips), ("client-metrics", ClientMetrics),
        ("group", Groups),
    ];

    private static readonly (string Flag, string Type)[] s_defaults = [("client-defaults", Clients), ("user-defaults", Users), ("broker-defaults", Brokers), ("ip-defaults", Ips)];

    /// <summary>The first type.</summary>
    public string Type => Types[0];

    /// <summary>The first name; null when none is given.</summary>
    public string? Name => Names.Count > 0 ? Names[0] : null;

    private bool HasName => Names.Any(static name => name.Length > 0);

    /// <summary>Reads the entity and checks that the flags go together.</summary>
    /// <exception cref="UsageException">There is not exactly one action.</exception>
    /// <exception cref="ToolException">They do not.</exception>
    public static ConfigEntity Read(ToolOptions options)
    {
        if (options.Count("alter", "describe") != 1)
            throw new UsageException("Command must include exactly one action: --describe, --alter");
        options.Forbid("describe", "add-config", "delete-config");
        if (options.Count("bootstrap-server", "bootstrap-controller") == 0)
            throw new ToolException("Either --bootstrap-server or --bootstrap-controller must be specified.");
        if (options.Count("bootstrap-server", "bootstrap-controller") == 2)
            throw new ToolException("Only one of --bootstrap-server or --bootstrap-controller can be specified");
        var entity = new ConfigEntity(
            [.. options.Values("entity-type"), .. s_named.Concat(s_defaults).Where(each => options.Has(each.Flag)).Select(static each => each.Type)],
            [.. ReadNames(options)]);
        entity.CheckTypes(options);
        entity.CheckNames();
        if (options.Has("alter"))
            entity.CheckAlter(options);
        else
            entity.CheckDescribe(options);
        return entity;
    }

    /// <summary>A type as it stands before a name: without its last letter.</summary>
    public string One => Type[..^1];

    private static IEnumerable<string> ReadNames(ToolOptions options)
    {
        var names = new Queue<string>(options.Values("entity-name"));
        foreach (var flag in options.Order)
        {
            if (flag == "entity-name")
                yield return names.Dequeue();
            else if (flag == "entity-default")
                yield return "";
        }

        foreach (var (flag, _) in s_named)
        {
            if (options.Value(flag) is { } name)
                yield return name;
        }

        foreach (var (flag, _) in s_defaults)
        {
            if (options.Has(flag))
                yield return "";
        }
    }

    private void CheckTypes(ToolOptions options)
    {
        if (Types.Distinct(StringComparer.Ordinal).Count() != Types.Count)
            throw new ToolException($"Duplicate entity type(s) specified: {Types.GroupBy(static type => type).First(static group => group.Count() > 1).Key}");
        if (Types.FirstOrDefault(static type => !s_types.Contains(type)) is { } unknown)
        {
            throw new ToolException(
                $"Invalid entity type {unknown}, the entity type must be one of {string.Join(", ", s_types)} with a --bootstrap-server or --bootstrap-controller argument");
        }

        if (Types.Count == 0)
            throw new ToolException("At least one entity type must be specified");
        if (Types.Count > 1 && !(Types.Count == 2 && Types.Contains(Users) && Types.Contains(Clients)))
            throw new ToolException($"Only '{Users}' and '{Clients}' entity types may be specified together");
        if (options.Count("entity-name", "entity-type", "entity-default") > 0 && s_named.Concat(s_defaults).Any(each => options.Has(each.Flag)))
            throw new ToolException("--entity-{type,name,default} should not be used in conjunction with specific entity flags");
    }

    private void CheckNames()
    {
        if (Type is not (Brokers or BrokerLoggers))
            return;
        foreach (var name in Names.Where(static name => name.Length > 0 && !int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)))
            throw new ToolException($"The entity name for {Type} must be a valid integer broker id, but it is: {name}");
    }

    private void CheckDescribe(ToolOptions options)
    {
        if (!Types.Any(static type => type is Users or Clients or Brokers or Ips) && options.Has("entity-default"))
            throw new ToolException($"--entity-default must not be specified with --describe of {string.Join(',', Types)}");
        if (Types.Contains(BrokerLoggers) && !HasName)
            throw new ToolException($"An entity name must be specified with --describe of {string.Join(',', Types)}");
    }

    private void CheckAlter(ToolOptions options)
    {
        if (Types.Any(static type => type is Users or Clients or Brokers or Ips))
        {
            if (Names.Count == 0)
                throw new ToolException("An entity-name or default entity must be specified with --alter of users, clients, brokers or ips");
        }
        else if (!HasName)
        {
            throw new ToolException($"An entity name must be specified with --alter of {string.Join(',', Types)}");
        }

        if (options.Count("add-config", "add-config-file") == 2)
            throw new ToolException("Only one of --add-config or --add-config-file must be specified");
        if (options.Count("add-config", "add-config-file", "delete-config") == 0)
            throw new ToolException("At least one of --add-config, --add-config-file, or --delete-config must be specified with --alter");
        if (Types.Count != Names.Count)
            throw new ToolException("An entity name must be specified for every entity type");
    }
}
