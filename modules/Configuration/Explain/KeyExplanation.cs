using Kafka.Modular.Configuration.Checks;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Explain;

/// <summary>What <c>config explain</c> says of a name.</summary>
/// <param name="Name">The name.</param>
/// <param name="IsKnown">Whether there is a key of this name.</param>
/// <param name="Help">What the key is for; for a name that is not known what to do instead.</param>
/// <param name="Facts">Facts of the key, each with a label.</param>
public sealed record KeyExplanation(string Name, bool IsKnown, string Help, IReadOnlyList<(string Label, string Text)> Facts)
{
    /// <summary>The explanation as lines: the name, the help, the facts in two columns.</summary>
    public IEnumerable<string> Lines
    {
        get
        {
            yield return Name;
            yield return "  " + Help;
            var width = Facts.Select(fact => fact.Label.Length).DefaultIfEmpty().Max();
            foreach (var (label, text) in Facts)
            {
                yield return $"  {label.PadRight(width)}  {text}";
            }
        }
    }

    /// <summary>Explains a name in every scope that has a key of it.</summary>
    /// <param name="name">A key, maybe with a listener prefix.</param>
    /// <param name="configuration">A configuration whose value is shown; null for none.</param>
    /// <param name="pluginKeys">Keys of plugins, where there is no configuration.</param>
    public static IReadOnlyList<KeyExplanation> Of(string name, NodeConfiguration? configuration = null, IReadOnlyList<ConfigurationKey>? pluginKeys = null)
    {
        var plugins = configuration?.PluginKeys ?? pluginKeys ?? [];
        var keys = Enum.GetValues<ConfigurationScope>().Select(scope => ConfigurationCatalog.Find(scope, name)).OfType<ConfigurationKey>()
            .Concat(plugins.Where(key => key.Name == name)).ToList();
        if (keys.Count == 0 && ListenerKeyName.Parse(name)?.Key is { } prefixed)
        {
            keys.Add(prefixed);
        }

        if (keys.Count > 0)
        {
            return [.. keys.Select(key => Of(name, key, configuration))];
        }

        var help = RemovedKeys.Replacement(name) is { } replacement ? $"This key is gone: {replacement}."
            : KeyNames.Hint(name, plugins.Select(key => key.Name), []) is { Length: > 0 } hint ? $"There is no key of this name; {hint}"
            : "There is no key of this name.";
        return [new(name, false, help, [])];
    }

    private static KeyExplanation Of(string name, ConfigurationKey key, NodeConfiguration? configuration)
    {
        var facts = new List<(string, string)> { ("belongs to", Scope(key)), ("type", key.Type.ToString().ToLowerInvariant()) };
        facts.Add(("default", key.IsRequired ? "none, it must be given" : key.Default switch { null => "none", "" => "empty", var text => text }));
        AddIf(facts, "expected", key.Constraint is null ? "" : ConfigurationValues.DescribeExpected(key));
        AddIf(facts, "units", UnitSuffix.Describe(key));
        facts.Add(("importance", key.Importance.ToString().ToLowerInvariant()));
        if (key.Scope == ConfigurationScope.Broker)
        {
            facts.Add(("changes", Changes(key)));
            AddIf(facts, "per listener", Prefix(key));
            AddIf(facts, "environment", key.IsRuntimeOnly ? "" : EnvironmentReader.VariableOf(name));
            AddIf(facts, "followed by", string.Join(", ", Followers(key)));
        }

        AddIf(facts, "else taken from", string.Join(", ", key.Synonyms));
        AddIf(facts, "module", key.Module);
        if (configuration is not null && key.Scope is ConfigurationScope.Broker or ConfigurationScope.Plugin)
        {
            var given = configuration.Given.GetValueOrDefault(name) ?? configuration.Find(key);
            var value = configuration.Given.TryGetValue(name, out var exact) ? exact.Text : ConfigurationValues.Format(configuration.Value(key));
            facts.Add(("in force", $"{value ?? "none"} ({given?.Origin ?? ConfigurationOrigin.Default})"));
        }

        return new(name, true, key.Help, facts);
    }

    private static string Scope(ConfigurationKey key) => key.Scope switch
    {
        ConfigurationScope.Broker => "a node",
        ConfigurationScope.Topic => "a topic",
        ConfigurationScope.Group => "a group",
        ConfigurationScope.ClientMetrics => "a subscription to clients' metrics",
        ConfigurationScope.Quota => $"a quota of {string.Join(" and ", key.Entities)}",
        _ => $"plugin {key.Module}",
    };

    private static string Changes(ConfigurationKey key) => key.UpdateMode switch
    {
        UpdateMode.ClusterWide => "while the broker runs, for all brokers or one",
        UpdateMode.PerBroker => "while the broker runs, for one broker",
        UpdateMode.PerListener => "while the broker runs, for one broker and one listener",
        _ => "by a restart",
    };

    private static string Prefix(ConfigurationKey key) => key.ListenerPrefix switch
    {
        ListenerPrefix.Listener => $"{ListenerKeyName.Start}<listener>.{key.Name}",
        ListenerPrefix.Mechanism => $"{ListenerKeyName.Start}<listener>.<mechanism>.{key.Name}",
        _ => "",
    };

    private static IEnumerable<string> Followers(ConfigurationKey key) =>
        TopicKeys.All.Where(topic => topic.Synonyms.Contains(key.Name)).Select(topic => $"{topic.Name} of topics")
            .Concat(GroupKeys.All.Where(group => group.Synonyms.Contains(key.Name)).Select(group => $"{group.Name} of groups"));

    private static void AddIf(List<(string, string)> facts, string label, string text)
    {
        if (text.Length > 0)
        {
            facts.Add((label, text));
        }
    }
}
