using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Describe;

/// <summary>Which names stand for secrets.</summary>
public static class SensitiveNames
{
    /// <summary>
    /// Whether the value under a name, listener prefix included, is not to be shown. So is one of a broker whose name is not known, as in Kafka: nobody knows what it is.
    /// </summary>
    /// <param name="name">Name of a broker's configuration.</param>
    public static bool OfBroker(string name) => (KeyOf(name) ?? ListenerKeyName.Parse(name)?.Key) is not { IsSensitive: false };

    /// <summary>
    /// A name as it may be shown: without what stands below a secret's key. A password in braces, without quotes, reads as such a name in YAML.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="find">Finds further keys.</param>
    internal static string Shown(string name, Func<string, ConfigurationKey?> find)
    {
        for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = name.IndexOf('.', dot + 1))
        {
            if ((KeyOf(name[..dot]) ?? find(name[..dot]) ?? ListenerKeyName.Parse(name[..dot])?.Key) is { IsSensitive: true })
            {
                return name[..dot];
            }
        }

        return name;
    }

    private static ConfigurationKey? KeyOf(string name) => ConfigurationCatalog.Find(ConfigurationScope.Broker, name);
}
