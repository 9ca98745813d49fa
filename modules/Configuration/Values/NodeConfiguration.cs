using Kafka.Modular.Configuration.Checks;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Configuration.Sources;

namespace Kafka.Modular.Configuration.Values;

/// <summary>The static configuration of a node: what its sources give, checked, with the place of each value. Immutable.</summary>
public sealed class NodeConfiguration : ISettingsReader
{
    private readonly IReadOnlyDictionary<string, ConfigurationSetting> given;
    private readonly IReadOnlyList<ConfigurationKey> pluginKeys;
    private readonly SettingsLayer layer;

    internal NodeConfiguration(
        IReadOnlyDictionary<string, ConfigurationSetting> given,
        ListenerLayout listeners,
        IEnumerable<ConfigurationKey> pluginKeys,
        IReadOnlyList<ConfigurationProblem> warnings)
    {
        this.given = given;
        this.pluginKeys = [.. pluginKeys];
        layer = new SettingsLayer(name => given.GetValueOrDefault(name));
        Listeners = listeners;
        Warnings = warnings;
    }

    /// <summary>What was given, by name, listener prefixes included.</summary>
    public IReadOnlyDictionary<string, ConfigurationSetting> Given => given;

    /// <summary>The listeners of this node.</summary>
    public ListenerLayout Listeners { get; }

    /// <summary>What is valid but probably not meant; to be logged at start.</summary>
    public IReadOnlyList<ConfigurationProblem> Warnings { get; }

    /// <summary>Id of the authorizer plugin: <c>plugins.authorizer</c>, or that which <c>authorizer.class.name</c> stands for; null for none.</summary>
    public string? AuthorizerPlugin =>
        Settings<PluginSettings>().PluginsAuthorizer ?? (Settings<SecuritySettings>().AuthorizerClassName.Length > 0 ? ApacheClasses.AuthorizerPlugin : null);

    /// <summary>Keys that the chosen plugins declare.</summary>
    public IReadOnlyList<ConfigurationKey> PluginKeys => pluginKeys;

    /// <summary>Reads sources; a later source wins over an earlier one.</summary>
    /// <param name="sources">Files, environment, built-in configuration or given values.</param>
    /// <param name="pluginKeys">Keys that the chosen plugins declare, see <see cref="KeySchemaParser.ParsePlugin"/>.</param>
    /// <param name="references">Replaces references to files and environment variables; without it those of this machine.</param>
    public static ConfigurationResult Load(
        IEnumerable<ConfigurationSource> sources, IReadOnlyList<ConfigurationKey>? pluginKeys = null, ReferenceResolver? references = null) =>
        new ConfigurationBuilder(pluginKeys ?? [], references ?? ReferenceResolver.System).Build([.. sources]);

    /// <summary>Reads values given by code, in Kafka's text form.</summary>
    public static ConfigurationResult Load(IEnumerable<KeyValuePair<string, string>> values) => Load([ConfigurationSource.Of(values)]);

    /// <inheritdoc/>
    public object? Value(ConfigurationKey key) => layer.Value(key);

    /// <summary>Makes the settings record of a module.</summary>
    /// <typeparam name="T">The record.</typeparam>
    public T Settings<T>()
        where T : class, ISettingsRecord<T> => T.Read(this);

    /// <summary>Makes the settings record of a module for one listener: what is given with the listener's prefix wins.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="listener">Name of the listener, in any case.</param>
    /// <param name="mechanism">SASL mechanism, for the keys that may be set for one.</param>
    public T Settings<T>(string listener, string? mechanism = null)
        where T : class, ISettingsRecord<T> =>
        T.Read(new PrefixedReader(name => given.GetValueOrDefault(name), layer, listener, mechanism));

    /// <summary>The value given for a key or for one of its synonyms; null when its default counts.</summary>
    public ConfigurationSetting? Find(ConfigurationKey key) => layer.Given(key);

    /// <summary>
    /// What a plugin is given: each key that it declares, with its value or default in text form, secrets readable. A key that is absent is
    /// left out.
    /// </summary>
    /// <param name="plugin">Id of the plugin.</param>
    public IReadOnlyDictionary<string, string> ForPlugin(string plugin)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in pluginKeys.Where(key => key.Module == plugin))
        {
            var text = Value(key) switch
            {
                Secret secret => secret.Reveal(),
                IReadOnlyList<string> list => string.Join(key.Separator, list),
                var value => ConfigurationValues.Format(value),
            };
            if (text is not null)
            {
                values[key.Name] = text;
            }
        }

        return values;
    }
}
