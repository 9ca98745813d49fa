using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Configuration.Values;

/// <summary>
/// Values of the broker keys in layers, the strongest first. Precedence is decided here and nowhere else: a value of the strongest layer
/// that has the key; else of the key's synonyms in order; else the key's default; else the default of a synonym.
/// </summary>
/// <param name="layers">For a name, the value that was given, or null; the strongest layer first.</param>
internal sealed class SettingsLayer(params IReadOnlyList<Func<string, ConfigurationSetting?>> layers) : ISettingsReader
{
    /// <inheritdoc/>
    public object? Value(ConfigurationKey key) => Given(key) is { } setting ? Convert(setting, key) : DefaultOf(key);

    /// <summary>The value that was given for a key or, failing that, for its first synonym that has one.</summary>
    public ConfigurationSetting? Given(ConfigurationKey key)
    {
        if (Find(key.Name) is { } own)
        {
            return own;
        }

        foreach (var synonym in key.Synonyms)
        {
            if (Find(synonym) is { } setting)
            {
                return setting;
            }
        }

        return null;
    }

    /// <summary>Default of a key, taken from its first synonym with one where it has none itself.</summary>
    public static object? DefaultOf(ConfigurationKey key)
    {
        if (key.Default is not null)
        {
            return Parse(key, key.Default);
        }

        foreach (var synonym in key.Synonyms)
        {
            if (ConfigurationCatalog.Find(ConfigurationScope.Broker, synonym) is { Default: { } text } other)
            {
                return Convert(new(other, other.Name, Parse(other, text), default), key);
            }
        }

        return null;
    }

    /// <summary>A setting's value in the unit and type of a key that it stands for.</summary>
    public static object? Convert(ConfigurationSetting setting, ConfigurationKey key)
    {
        if (setting.Key.Type == key.Type && setting.Key.Name == key.Name || setting.Value is null)
        {
            return setting.Value;
        }

        if (key.Type is not (ConfigurationType.Long or ConfigurationType.Int or ConfigurationType.Short))
        {
            return setting.Value;
        }

        var number = System.Convert.ToInt64(setting.Value, System.Globalization.CultureInfo.InvariantCulture);

        // Kafka reads a negative number of hours or minutes as without limit.
        var factor = TimeUnits.Factor(setting.Key.Name, key.Name);
        number = factor > 1 && number < 0 ? -1 : number * factor;
        return key.Type switch
        {
            ConfigurationType.Short => (object)(short)number,
            ConfigurationType.Int => (int)number,
            _ => number,
        };
    }

    private ConfigurationSetting? Find(string name)
    {
        foreach (var layer in layers)
        {
            if (layer(name) is { } setting)
            {
                return setting;
            }
        }

        return null;
    }

    private static object? Parse(ConfigurationKey key, string text)
    {
        _ = ConfigurationValues.TryRead(key, text, out var value);
        return value;
    }
}
