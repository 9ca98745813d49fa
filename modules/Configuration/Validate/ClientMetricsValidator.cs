using System.Text.RegularExpressions;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Validate;

/// <summary>Checks the configuration of a subscription to clients' metrics, as Kafka's <c>ClientMetricsConfigs.validate</c> does (KIP-714).</summary>
public static class ClientMetricsValidator
{
    private const int ShortestInterval = 100;
    private const int LongestInterval = 3_600_000;

    private static readonly string[] Selectors =
        ["client_instance_id", "client_id", "client_software_name", "client_software_version", "client_source_address", "client_source_port"];

    /// <summary>Checks what a subscription is to set.</summary>
    /// <param name="name">Name of the subscription.</param>
    /// <param name="configs">All that it sets after the change.</param>
    public static ConfigurationVerdict Validate(string name, IReadOnlyDictionary<string, string> configs)
    {
        if (name.Length == 0)
        {
            return ConfigurationVerdict.InvalidRequest("Subscription name can't be empty");
        }

        foreach (var config in configs.Keys)
        {
            if (ConfigurationCatalog.Find(ConfigurationScope.ClientMetrics, config) is null)
            {
                return ConfigurationVerdict.InvalidRequest($"Unknown client metrics configuration: {config}");
            }
        }

        foreach (var (config, text) in configs)
        {
            var key = ConfigurationCatalog.Find(ConfigurationScope.ClientMetrics, config)!;
            if (InvalidValue.Message(key, text) is { } message)
            {
                return ConfigurationVerdict.InvalidConfig(message);
            }

            _ = ConfigurationValues.TryRead(key, text, out var value);
            if (value is int and (< ShortestInterval or > LongestInterval))
            {
                return ConfigurationVerdict.InvalidRequest($"Invalid value {value} for {key}, interval must be between 100 and 3600000 (1 hour)");
            }

            if (key == ClientMetricsKeys.Match && ((IReadOnlyList<string>)value!).FirstOrDefault(pattern => !IsPattern(pattern)) is { } illegal)
            {
                return ConfigurationVerdict.InvalidConfig($"Illegal client matching pattern: {illegal}");
            }
        }

        return ConfigurationVerdict.Valid;
    }

    private static bool IsPattern(string pattern)
    {
        var parts = pattern.Split('=');
        if (parts.Length != 2 || parts[1].Length == 0 || !Selectors.Contains(parts[0].Trim()))
        {
            return false;
        }

        try
        {
            _ = new Regex(parts[1].Trim(), RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(100));
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
