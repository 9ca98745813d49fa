using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Configuration.Values;

/// <summary>Every configuration key, by scope and name.</summary>
public static class ConfigurationCatalog
{
    private static readonly Dictionary<string, ConfigurationKey> Broker = ByName(BrokerKeys.All);
    private static readonly Dictionary<string, ConfigurationKey> Topic = ByName(TopicKeys.All);
    private static readonly Dictionary<string, ConfigurationKey> Group = ByName(GroupKeys.All);
    private static readonly Dictionary<string, ConfigurationKey> ClientMetrics = ByName(ClientMetricsKeys.All);
    private static readonly Dictionary<string, ConfigurationKey> Quota = ByName(QuotaKeys.All);

    /// <summary>Finds a key.</summary>
    /// <returns>The key, or null if there is none of this name.</returns>
    public static ConfigurationKey? Find(ConfigurationScope scope, string name) => scope switch
    {
        ConfigurationScope.Broker => Broker.GetValueOrDefault(name),
        ConfigurationScope.Topic => Topic.GetValueOrDefault(name),
        ConfigurationScope.Group => Group.GetValueOrDefault(name),
        ConfigurationScope.ClientMetrics => ClientMetrics.GetValueOrDefault(name),
        ConfigurationScope.Quota => Quota.GetValueOrDefault(name),
        _ => null,
    };

    /// <summary>The keys of a scope, by name.</summary>
    public static IReadOnlyList<ConfigurationKey> All(ConfigurationScope scope) => scope switch
    {
        ConfigurationScope.Broker => BrokerKeys.All,
        ConfigurationScope.Topic => TopicKeys.All,
        ConfigurationScope.Group => GroupKeys.All,
        ConfigurationScope.ClientMetrics => ClientMetricsKeys.All,
        ConfigurationScope.Quota => QuotaKeys.All,
        _ => [],
    };

    private static Dictionary<string, ConfigurationKey> ByName(IReadOnlyList<ConfigurationKey> keys) =>
        keys.ToDictionary(key => key.Name, StringComparer.Ordinal);
}
