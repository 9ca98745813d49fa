using Kafka.Modular.Configuration.Checks;
using Kafka.Modular.Configuration.Describe;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Configuration.Sources;

namespace Kafka.Modular.Configuration.Values;

/// <summary>Makes a node's configuration from its sources: finds the keys, reads the values, checks them together, collects every problem.</summary>
internal sealed class ConfigurationBuilder
{
    private readonly Dictionary<string, ConfigurationSetting> settings = new(StringComparer.Ordinal);
    private readonly List<ConfigurationProblem> problems = [];
    private readonly List<ConfigurationProblem> warnings = [];
    private readonly Dictionary<string, ConfigurationKey> plugins;
    private readonly ReferenceResolver references;
    private readonly HashSet<string> suggested = new(StringComparer.Ordinal);
    private readonly ReferenceProviders providers = new();

    public ConfigurationBuilder(IReadOnlyList<ConfigurationKey> pluginKeys, ReferenceResolver references)
    {
        plugins = pluginKeys.DistinctBy(key => key.Name).ToDictionary(key => key.Name, StringComparer.Ordinal);
        this.references = references;
    }

    public ConfigurationResult Build(IReadOnlyList<ConfigurationSource> sources)
    {
        problems.AddRange(providers.Read(sources));
        foreach (var source in sources)
        {
            problems.AddRange(source.Problems.Select(problem => problem with { Key = SensitiveNames.Shown(problem.Key, plugins.GetValueOrDefault) }));
            foreach (var entry in source.Entries)
            {
                Add(entry);
            }
        }

        AddNodeIdSynonym();
        CheckRequired();
        if (problems.Count > 0)
        {
            return new(null, problems);
        }

        // The checks over several keys come last: they would only repeat what is wrong with a single one.
        var layer = new SettingsLayer(settings.GetValueOrDefault);
        var context = new CheckContext(layer, layer.Given, settings.GetValueOrDefault);
        var layout = new ListenerLayoutReader(layer, context.IsGiven, context.Fail).Read();
        if (layout is not null)
        {
            CheckPrefixes(layout);
            NodeChecks.Check(context, layout);
            NetworkChecks.Check(context, layout);
        }

        LogChecks.Check(context);
        GroupChecks.Check(context);
        problems.AddRange(context.Problems);
        warnings.AddRange(context.Warnings);
        return problems.Count > 0 ? new(null, problems) : new(new NodeConfiguration(settings, layout!, plugins.Values, warnings), []);
    }

    private void Add(ConfigurationEntry entry)
    {
        var prefixed = ListenerKeyName.Parse(entry.Name);
        var key = prefixed is { } name
            ? name.Key
            : ConfigurationCatalog.Find(ConfigurationScope.Broker, entry.Name) ?? plugins.GetValueOrDefault(entry.Name) ?? KeyNames.PassedThrough(entry.Name, PassedPrefix);
        if (key is null)
        {
            AddUnknown(entry, prefixed);
        }
        else if (key.IsRuntimeOnly)
        {
            problems.Add(new(entry.Origin, entry.Name, "this is set while the server runs, with kafka-configs --alter --entity-type brokers, and not in a file"));
        }
        else if (entry.IsNothing)
        {
            AddNothing(entry, key);
        }
        else
        {
            AddValue(entry, key);
        }
    }

    // Nothing, as in `advertised.listeners:` of a YAML file, is the default where a key may be absent.
    private void AddNothing(ConfigurationEntry entry, ConfigurationKey key)
    {
        if (key.IsNullable)
        {
            settings.Remove(entry.Name);
        }
        else
        {
            problems.Add(new(entry.Origin, entry.Name, $"expected {ConfigurationValues.DescribeExpected(key)}, found nothing", "leave the key out to take its default"));
        }
    }

    private void AddValue(ConfigurationEntry entry, ConfigurationKey key)
    {
        if (entry.Items is not null && !KeyNames.TakesList(key))
        {
            problems.Add(new(entry.Origin, entry.Name, $"expected {ConfigurationValues.DescribeExpected(key)}, found a list"));
            return;
        }

        if (entry.Items?.FirstOrDefault(item => item.Contains(key.Separator, StringComparison.Ordinal)) is { } item)
        {
            problems.Add(new(entry.Origin, entry.Name, $"an item of a list must not contain '{key.Separator}'{(key.IsSensitive ? "" : $", found '{item}'")}"));
            return;
        }

        var text = references.Resolve(entry.Text ?? string.Join(key.Separator, entry.Items!), out var unresolved, providers.Names);
        if (unresolved is not null)
        {
            problems.Add(new(entry.Origin, entry.Name, unresolved));
            return;
        }

        if (ConfigurationValues.TryRead(key, UnitSuffix.Normalize(key, text), out var value) is not null)
        {
            var units = UnitSuffix.Describe(key);
            problems.Add(new(
                entry.Origin,
                entry.Name,
                $"expected {ConfigurationValues.DescribeExpected(key)}{(key.IsSensitive ? "" : $", found '{text}'")}",
                units.Length == 0 || !char.IsAsciiLetter(text.Trim().LastOrDefault()) ? "" : $"units are {units}"));
        }
        else if (ApacheClasses.Refusal(key, value) is { } instead)
        {
            problems.Add(new(entry.Origin, entry.Name, $"'{text}' is not known here", instead));
        }
        else
        {
            settings[entry.Name] = new(key, entry.Name, value, entry.Origin);
        }
    }

    private void AddUnknown(ConfigurationEntry entry, ListenerKeyName? prefixed)
    {
        if (RemovedKeys.Replacement(entry.Name) is { } replacement)
        {
            problems.Add(new(entry.Origin, entry.Name, "this key is gone", replacement));
            return;
        }

        if (SensitiveNames.Shown(entry.Name, plugins.GetValueOrDefault) is var shown && shown != entry.Name)
        {
            problems.Add(new(entry.Origin, shown, "expected a secret, found keys below it", "a value with braces or colons stands in quotes"));
            return;
        }

        var hint = prefixed is { } name ? KeyNames.HintForPrefixed(name) : KeyNames.Hint(entry.Name, plugins.Keys, suggested);

        // Container platforms set variables of their own that begin with KAFKA_: only what looks like a slip of the pen is refused.
        var list = entry.Origin.Kind == ConfigurationOriginKind.Environment && NearestKey.Find(entry.Name, KeyNames.Broker, 2) is null ? warnings : problems;
        list.Add(new(entry.Origin, entry.Name, "not a known key", hint));
    }

    // Kafka knows the node's id by two names, of which either may be given.
    private void AddNodeIdSynonym()
    {
        var (node, broker) = (BrokerKeys.NodeId, BrokerKeys.BrokerId);
        if (settings.TryGetValue(broker.Name, out var older) && !settings.ContainsKey(node.Name))
        {
            if (older.Value is int and < 0)
            {
                suggested.Add(node.Name);
                problems.Add(new(older.Origin, broker.Name, "expected an integer of at least 0; ids are no longer made by the server"));
                return;
            }

            settings[node.Name] = older with { Key = node, Name = node.Name };
        }
        else if (settings.TryGetValue(node.Name, out var newer) && !settings.ContainsKey(broker.Name))
        {
            settings[broker.Name] = newer with { Key = broker, Name = broker.Name };
        }
    }

    private void CheckRequired()
    {
        var unreadable = problems.Any(problem => problem.Key.Length == 0);
        foreach (var key in BrokerKeys.All.Concat(plugins.Values))
        {
            if (key.IsRequired && !unreadable && !settings.ContainsKey(key.Name) && !suggested.Contains(key.Name) && problems.TrueForAll(problem => problem.Key != key.Name))
            {
                problems.Add(new(ConfigurationOrigin.Default, key.Name, $"this key must be given, as {ConfigurationValues.DescribeExpected(key)}", key.Help));
            }
        }
    }

    private void CheckPrefixes(ListenerLayout layout)
    {
        var known = layout.All.Select(listener => listener.Name).Concat(layout.ControllerListenerNames).Append(layout.InterBrokerListenerName)
            .Distinct().Select(name => name.ToLowerInvariant()).ToList();
        foreach (var setting in settings.Values)
        {
            if (ListenerKeyName.Parse(setting.Name) is { } name && !known.Contains(name.Listener))
            {
                var hint = known.Contains(name.Listener.ToLowerInvariant())
                    ? $"write it in lower case: {ListenerKeyName.Start}{name.Listener.ToLowerInvariant()}."
                    : $"listeners are {string.Join(", ", known)}";
                problems.Add(new(setting.Origin, setting.Name, $"there is no listener '{name.Listener}'", hint));
            }
        }
    }

    // The prefixes under which keys of remote storage are handed on are themselves configured.
    private IEnumerable<string> PassedPrefix =>
    [
        settings.GetValueOrDefault(BrokerKeys.RemoteLogStorageManagerImplPrefix.Name)?.Text ?? BrokerKeys.RemoteLogStorageManagerImplPrefix.Default!,
        settings.GetValueOrDefault(BrokerKeys.RemoteLogMetadataManagerImplPrefix.Name)?.Text ?? BrokerKeys.RemoteLogMetadataManagerImplPrefix.Default!,
    ];
}
