using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Explain;

/// <summary>One line of <c>config show</c>.</summary>
/// <param name="Name">The key, listener prefix included.</param>
/// <param name="Text">Its value; a secret as <c>[hidden]</c>; null where there is none.</param>
/// <param name="Origin">Where the value comes from.</param>
public readonly record struct ShownValue(string Name, string? Text, ConfigurationOrigin Origin)
{
    /// <summary><c>node.id = 1    # server.yaml:3</c></summary>
    public override string ToString() => $"{Name} = {Text}    # {Origin}";

    /// <summary>The values of a node, by name.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="defaults">Whether keys that were not given are shown too, with their defaults.</param>
    public static IReadOnlyList<ShownValue> Of(NodeConfiguration configuration, bool defaults)
    {
        var shown = configuration.Given.Values.Select(setting => new ShownValue(setting.Name, setting.Text, setting.Origin));
        if (defaults)
        {
            shown = shown.Concat(BrokerKeys.All.Concat(configuration.PluginKeys)
                .Where(key => !key.IsInternal && !key.IsRuntimeOnly && !configuration.Given.ContainsKey(key.Name))
                .Select(key => OfDefault(configuration, key)));
        }

        return [.. shown.OrderBy(value => value.Name, StringComparer.Ordinal)];
    }

    // A key that was not given may still take its value from one that was: log.retention.ms from log.retention.hours.
    private static ShownValue OfDefault(NodeConfiguration configuration, ConfigurationKey key) =>
        new(key.Name, ConfigurationValues.Format(configuration.Value(key)), configuration.Find(key)?.Origin ?? ConfigurationOrigin.Default);
}
