using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Sources;

namespace Kafka.Modular.Configuration.Values;

/// <summary>Makes a node's configuration from its sources: finds the keys, reads the values, collects every problem.</summary>
internal sealed class ConfigurationBuilder(IReadOnlyList<ConfigurationKey> pluginKeys)
{
    private readonly Dictionary<string, ConfigurationSetting> settings = new(StringComparer.Ordinal);
    private readonly List<ConfigurationProblem> problems = [];
    private readonly List<ConfigurationProblem> warnings = [];
    private readonly Dictionary<string, ConfigurationKey> plugins = pluginKeys.DistinctBy(key => key.Name).ToDictionary(key => key.Name, StringComparer.Ordinal);

    public ConfigurationResult Build(IReadOnlyList<ConfigurationSource> sources)
    {
        foreach (var source in sources)
        {
            problems.AddRange(source.Problems);
            foreach (var entry in source.Entries)
            {
                Add(entry);
            }
        }

        CheckRequired();
        return problems.Count > 0 ? new(null, problems) : new(new NodeConfiguration(settings.Values, warnings), []);
    }

    private void Add(ConfigurationEntry entry)
    {
        var key = ConfigurationCatalog.Find(ConfigurationScope.Broker, entry.Name) ?? plugins.GetValueOrDefault(entry.Name);
        if (key is null)
        {
            problems.Add(new(entry.Origin, entry.Name, "not a known key"));
            return;
        }

        var text = entry.Text ?? (entry.Items is null ? null : string.Join(key.Separator, entry.Items));
        if (ConfigurationValues.TryRead(key, text, out var value) is not null)
        {
            problems.Add(new(entry.Origin, entry.Name, $"expected {ConfigurationValues.DescribeExpected(key)}{(key.IsSensitive ? "" : $", found '{text}'")}"));
            return;
        }

        settings[entry.Name] = new(key, entry.Name, value, entry.Origin);
    }

    private void CheckRequired()
    {
        foreach (var key in BrokerKeys.All)
        {
            if (key.IsRequired && !settings.ContainsKey(key.Name) && problems.Count == 0)
            {
                problems.Add(new(ConfigurationOrigin.Default, key.Name, $"this key must be given: {ConfigurationValues.DescribeExpected(key)}", key.Help));
            }
        }
    }
}
