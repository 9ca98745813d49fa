using System.Collections.Frozen;
using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Configuration.Values;

/// <summary>Every configuration key, by scope and name.</summary>
public static class ConfigurationCatalog
{
    private static readonly Dictionary<ConfigurationScope, FrozenDictionary<string, ConfigurationKey>> Scopes = new()
    {
        [ConfigurationScope.Broker] = ByName(BrokerKeys.All),
        [ConfigurationScope.Topic] = ByName(TopicKeys.All),
        [ConfigurationScope.Group] = ByName(GroupKeys.All),
        [ConfigurationScope.ClientMetrics] = ByName(ClientMetricsKeys.All),
        [ConfigurationScope.Quota] = ByName(QuotaKeys.All),
    };

    /// <summary>Finds a key.</summary>
    /// <returns>The key, or null if there is none of this name.</returns>
    public static ConfigurationKey? Find(ConfigurationScope scope, string name) =>
        Scopes.TryGetValue(scope, out var keys) && keys.TryGetValue(name, out var key) ? key : null;

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

    private static FrozenDictionary<string, ConfigurationKey> ByName(IReadOnlyList<ConfigurationKey> keys) =>
        keys.ToFrozenDictionary(key => key.Name, StringComparer.Ordinal);
}
