using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Live;

/// <summary>Dynamic values of one level, checked.</summary>
internal sealed class DynamicValues
{
    private readonly Dictionary<string, ConfigurationSetting> settings = new(StringComparer.Ordinal);

    private DynamicValues()
    {
    }

    /// <summary>No values.</summary>
    public static DynamicValues None { get; } = new();

    /// <summary>The values by name.</summary>
    public IReadOnlyDictionary<string, ConfigurationSetting> Settings => settings;

    /// <summary>The value of a name, or null.</summary>
    public ConfigurationSetting? Find(string name) => settings.GetValueOrDefault(name);

    /// <summary>Reads values; names that are not known are passed over, since Kafka lets tools store them.</summary>
    public static DynamicValues Read(IReadOnlyDictionary<string, string> values, ConfigurationOriginKind level, List<ConfigurationProblem> problems)
    {
        var result = new DynamicValues();
        var origin = new ConfigurationOrigin(level);
        foreach (var (name, text) in values)
        {
            var prefixed = ListenerKeyName.Parse(name);
            if ((prefixed is null ? ConfigurationCatalog.Find(ConfigurationScope.Broker, name) : prefixed.Value.Key) is not { } key)
            {
                continue;
            }

            if (Refusal(key, prefixed is not null, level) is { } refusal)
            {
                problems.Add(new(origin, name, refusal));
            }
            else if (ConfigurationValues.TryRead(key, text, out var value) is not null)
            {
                problems.Add(new(origin, name, $"expected {ConfigurationValues.DescribeExpected(key)}{(key.IsSensitive ? "" : $", found '{text}'")}"));
            }
            else
            {
                result.settings[name] = new(key, name, value, origin);
            }
        }

        return result;
    }

    private static string? Refusal(ConfigurationKey key, bool prefixed, ConfigurationOriginKind level) => key.UpdateMode switch
    {
        UpdateMode.ReadOnly => "this key cannot change while the broker runs",
        UpdateMode.PerListener when !prefixed => "this key can change only with a listener prefix",
        UpdateMode.PerBroker or UpdateMode.PerListener when level == ConfigurationOriginKind.Cluster => "this key can change for one broker only, not for all",
        _ => null,
    };
}
