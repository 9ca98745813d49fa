using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Checks;

/// <summary>What the checks over several keys read, and where they report.</summary>
/// <param name="values">Values in force.</param>
/// <param name="find">The value that was given for a key or a synonym of it, or null.</param>
/// <param name="given">The value that was given under exactly this name, or null.</param>
internal sealed class CheckContext(ISettingsReader values, Func<ConfigurationKey, ConfigurationSetting?> find, Func<string, ConfigurationSetting?> given)
{
    /// <summary>What is wrong.</summary>
    public List<ConfigurationProblem> Problems { get; } = [];

    /// <summary>What is valid but probably not meant.</summary>
    public List<ConfigurationProblem> Warnings { get; } = [];

    /// <summary>Values in force.</summary>
    public ISettingsReader Values => values;

    /// <summary>The value that was given under exactly this name, listener prefix included, or null.</summary>
    public ConfigurationSetting? Given(string name) => given(name);

    /// <summary>Whether a key was given itself, as opposed to its default or a synonym.</summary>
    public bool IsGiven(ConfigurationKey key) => given(key.Name) is not null;

    /// <summary>Reports a problem of a key.</summary>
    public void Fail(ConfigurationKey key, string message) => Problems.Add(new(Origin(key), key.Name, message));

    /// <summary>Reports a problem of a key unless a condition holds.</summary>
    public void Require(bool condition, ConfigurationKey key, string message)
    {
        if (!condition)
        {
            Fail(key, message);
        }
    }

    /// <summary>Requires that one number is not larger than another.</summary>
    public void RequireAtMost(ConfigurationKey small, ConfigurationKey large)
    {
        if (Number(small) > Number(large))
        {
            // The fault is with whichever of the two somebody has set.
            var (at, message) = find(small) is null && find(large) is not null
                ? (large, $"must be at least {small} ({Number(small)}), found {Number(large)}")
                : (small, $"must be at most {large} ({Number(large)}), found {Number(small)}");
            Fail(at, message);
        }
    }

    /// <summary>A key's value as a whole number.</summary>
    public long Number(ConfigurationKey key) => Convert.ToInt64(values.Value(key), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Reports something that is probably not meant.</summary>
    public void Warn(ConfigurationKey key, string message) => Warnings.Add(new(Origin(key), key.Name, message));

    private ConfigurationOrigin Origin(ConfigurationKey key) => find(key)?.Origin ?? ConfigurationOrigin.Default;
}
