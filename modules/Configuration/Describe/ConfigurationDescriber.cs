using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Describe;

/// <summary>Makes the entries of DescribeConfigs, as Kafka's <c>ConfigHelper</c> does (KIP-133, KIP-226, KIP-524, KIP-569).</summary>
public static class ConfigurationDescriber
{
    // Spellings of one thing in several units: describing one of them names them all.
    private static readonly IReadOnlyList<IReadOnlyList<string>> Spellings =
    [
        .. BrokerKeys.All.Where(key => key.Synonyms.Count > 0 && TimeUnits.Factor(key.Synonyms[0], key.Name) > 1)
            .Select(key => (IReadOnlyList<string>)[key.Name, .. key.Synonyms]),
    ];

    /// <summary>Describes this broker: every key that Kafka documents, and what else was given.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="names">Keys that are asked for; null or empty for all.</param>
    public static IReadOnlyList<DescribedEntry> Broker(LiveConfiguration configuration, IReadOnlyCollection<string>? names = null)
    {
        var all = BrokerKeys.All.Where(key => !key.IsInternal && !key.IsRuntimeOnly).Select(key => key.Name)
            .Concat(configuration.Node.Given.Keys)
            .Concat(configuration.ClusterValues.Keys)
            .Concat(configuration.BrokerValues.Keys);
        return Describe(all, names, name => BrokerEntry(configuration, name, onlyClusterDefaults: false));
    }

    /// <summary>Describes the dynamic defaults of all brokers: those keys alone that have one.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="names">Keys that are asked for; null or empty for all.</param>
    public static IReadOnlyList<DescribedEntry> ClusterDefaults(LiveConfiguration configuration, IReadOnlyCollection<string>? names = null) =>
        Describe(configuration.ClusterValues.Keys, names, name => BrokerEntry(configuration, name, onlyClusterDefaults: true));

    /// <summary>Describes a topic.</summary>
    /// <param name="configuration">The configuration, whose broker values count where the topic sets nothing.</param>
    /// <param name="overrides">What the topic sets.</param>
    /// <param name="names">Keys that are asked for; null or empty for all.</param>
    public static IReadOnlyList<DescribedEntry> Topic(
        LiveConfiguration configuration, IReadOnlyDictionary<string, string> overrides, IReadOnlyCollection<string>? names = null)
    {
        var reader = new ResourceSettingsReader(overrides, configuration);
        return Describe(Documented(TopicKeys.All, overrides), names, name =>
        {
            var key = ConfigurationCatalog.Find(ConfigurationScope.Topic, name)!;
            var value = ConfigurationValues.Format(reader.Value(key));
            var synonyms = key.Synonyms.Count > 0 ? BrokerSynonyms(configuration, key.Synonyms[0]) : [];
            if (overrides.ContainsKey(name))
            {
                synonyms.Insert(0, new(name, value, ConfigurationSourceKind.Topic));
            }

            return Entry(key, name, value, readOnly: false, synonyms);
        });
    }

    /// <summary>Describes a group (KIP-848).</summary>
    /// <param name="configuration">The configuration, whose broker values count where the group sets nothing.</param>
    /// <param name="overrides">What the group sets.</param>
    /// <param name="names">Keys that are asked for; null or empty for all.</param>
    public static IReadOnlyList<DescribedEntry> Group(
        LiveConfiguration configuration, IReadOnlyDictionary<string, string> overrides, IReadOnlyCollection<string>? names = null)
    {
        var reader = new ResourceSettingsReader(overrides, configuration);
        return Describe(Documented(GroupKeys.All, overrides), names, name =>
        {
            var key = ConfigurationCatalog.Find(ConfigurationScope.Group, name)!;
            var value = ConfigurationValues.Format(reader.Value(key));
            var source = overrides.ContainsKey(name) ? ConfigurationSourceKind.Group : ConfigurationSourceKind.Default;
            return Entry(key, name, value, readOnly: false, [new(name, value, source)]);
        });
    }

    /// <summary>Describes a subscription to clients' metrics (KIP-714).</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="overrides">What the subscription sets.</param>
    /// <param name="names">Keys that are asked for; null or empty for all.</param>
    public static IReadOnlyList<DescribedEntry> ClientMetrics(
        LiveConfiguration configuration, IReadOnlyDictionary<string, string> overrides, IReadOnlyCollection<string>? names = null)
    {
        var reader = new ResourceSettingsReader(overrides, configuration);
        return Describe(Documented(ClientMetricsKeys.All, overrides), names, name =>
        {
            var key = ConfigurationCatalog.Find(ConfigurationScope.ClientMetrics, name)!;
            var value = ConfigurationValues.Format(reader.Value(key));
            return Entry(key, name, value, readOnly: false, overrides.ContainsKey(name) ? [new(name, value, ConfigurationSourceKind.ClientMetrics)] : []);
        });
    }

    private static List<DescribedEntry> Describe(IEnumerable<string> all, IReadOnlyCollection<string>? names, Func<string, DescribedEntry> describe) =>
        [.. all.Where(name => names is null || names.Count == 0 || names.Contains(name)).Distinct().Order(StringComparer.Ordinal).Select(describe)];

    // Internal keys show only where they are set.
    private static IEnumerable<string> Documented(IReadOnlyList<ConfigurationKey> keys, IReadOnlyDictionary<string, string> overrides) =>
        keys.Where(key => !key.IsInternal || overrides.ContainsKey(key.Name)).Select(key => key.Name);

    private static DescribedEntry BrokerEntry(LiveConfiguration configuration, string name, bool onlyClusterDefaults)
    {
        var own = ConfigurationCatalog.Find(ConfigurationScope.Broker, name);
        var key = own ?? ListenerKeyName.Parse(name)?.Key ?? configuration.Given(name)!.Key;
        var value = onlyClusterDefaults
            ? configuration.ClusterValues[name].Text
            : own is not null ? ConfigurationValues.Format(ExactValue(configuration, own)) : configuration.Given(name)?.Text;
        var synonyms = BrokerSynonyms(configuration, name);
        if (onlyClusterDefaults)
        {
            synonyms.RemoveAll(synonym => synonym.Source != ConfigurationSourceKind.DynamicDefaultBroker);
        }

        return Entry(key, name, value, readOnly: own is null || own.UpdateMode == UpdateMode.ReadOnly, synonyms);
    }

    // The value under exactly this name: log.retention.ms may be absent although log.retention.hours gives it a meaning.
    private static object? ExactValue(LiveConfiguration configuration, ConfigurationKey key)
    {
        if (configuration.Given(key.Name) is { } setting)
        {
            return setting.Value;
        }

        _ = ConfigurationValues.TryParse(key.Type, key.Default, out var value);
        return value;
    }

    private static List<DescribedSynonym> BrokerSynonyms(LiveConfiguration configuration, string name)
    {
        var names = SynonymsOf(name);
        var all = new List<DescribedSynonym>();
        Add(configuration.BrokerValues, ConfigurationSourceKind.DynamicBroker);
        Add(configuration.ClusterValues, ConfigurationSourceKind.DynamicDefaultBroker);
        Add(configuration.Node.Given, ConfigurationSourceKind.StaticBroker);
        foreach (var synonym in names)
        {
            if (ConfigurationCatalog.Find(ConfigurationScope.Broker, synonym) is { Default: { } text } key)
            {
                _ = ConfigurationValues.TryParse(key.Type, text, out var value);
                all.Add(new(synonym, key.IsSensitive ? null : ConfigurationValues.Format(value), ConfigurationSourceKind.Default));
            }
        }

        // What stands before the first place of the name itself is a listener's, and not that of the key as such.
        var first = all.FindIndex(synonym => synonym.Name == name);
        return first < 0 ? [] : all[first..];

        void Add(IReadOnlyDictionary<string, ConfigurationSetting> settings, ConfigurationSourceKind source)
        {
            foreach (var synonym in names)
            {
                if (settings.TryGetValue(synonym, out var setting))
                {
                    all.Add(new(synonym, setting.Key.IsSensitive ? null : setting.Text, source));
                }
            }
        }
    }

    private static IReadOnlyList<string> SynonymsOf(string name)
    {
        if (Spellings.FirstOrDefault(group => group.Contains(name)) is { } spellings)
        {
            return spellings;
        }

        return name == BrokerKeys.LogFlushIntervalMs.Name ? [name, .. BrokerKeys.LogFlushIntervalMs.Synonyms]
            : ListenerKeyName.Parse(name) is { Key: not null } prefixed ? [name, prefixed.BaseName]
            : [name];
    }

    private static DescribedEntry Entry(ConfigurationKey key, string name, string? value, bool readOnly, List<DescribedSynonym> synonyms) => new()
    {
        Name = name,
        Value = key.IsSensitive ? null : value,
        Source = synonyms.Count > 0 ? synonyms[0].Source : ConfigurationSourceKind.Default,
        IsSensitive = key.IsSensitive,
        IsReadOnly = readOnly,
        Type = key.Type,
        Documentation = key.Help,
        Synonyms = synonyms,
    };
}
