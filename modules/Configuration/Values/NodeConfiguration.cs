using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Sources;

namespace Kafka.Modular.Configuration.Values;

/// <summary>The static configuration of a node: what its sources give, checked, with the place of each value. Immutable.</summary>
public sealed class NodeConfiguration : ISettingsReader
{
    private readonly Dictionary<string, ConfigurationSetting> given;
    private readonly SettingsLayer layer;

    internal NodeConfiguration(IEnumerable<ConfigurationSetting> settings, IReadOnlyList<ConfigurationProblem> warnings)
    {
        given = settings.ToDictionary(setting => setting.Name, StringComparer.Ordinal);
        layer = new SettingsLayer(given.GetValueOrDefault);
        Warnings = warnings;
    }

    /// <summary>What was given, by name.</summary>
    public IReadOnlyDictionary<string, ConfigurationSetting> Given => given;

    /// <summary>What is valid but probably not meant; to be logged at start.</summary>
    public IReadOnlyList<ConfigurationProblem> Warnings { get; }

    /// <summary>Reads sources; a later source wins over an earlier one.</summary>
    /// <param name="sources">Files, environment, built-in configuration or given values.</param>
    /// <param name="pluginKeys">Keys that the chosen plugins declare.</param>
    public static ConfigurationResult Load(IEnumerable<ConfigurationSource> sources, IReadOnlyList<ConfigurationKey>? pluginKeys = null) =>
        new ConfigurationBuilder(pluginKeys ?? []).Build([.. sources]);

    /// <summary>Reads values given by code, in Kafka's text form.</summary>
    public static ConfigurationResult Load(IEnumerable<KeyValuePair<string, string>> values) => Load([ConfigurationSource.Of(values)]);

    /// <inheritdoc/>
    public object? Value(ConfigurationKey key) => layer.Value(key);

    /// <summary>Makes the settings record of a module.</summary>
    /// <typeparam name="T">The record.</typeparam>
    public T Settings<T>()
        where T : class, ISettingsRecord<T> => T.Read(this);

    /// <summary>The value given for a key or for one of its synonyms; null when its default counts.</summary>
    public ConfigurationSetting? Find(ConfigurationKey key) => layer.Given(key);
}
