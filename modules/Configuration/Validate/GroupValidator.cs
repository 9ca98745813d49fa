using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Validate;

/// <summary>Checks the configuration of a group, as Kafka's <c>GroupConfig.validate</c> does in the controller (KIP-848, KIP-932, KIP-1071).</summary>
public static class GroupValidator
{
    /// <summary>Checks what a group is to set.</summary>
    /// <param name="configs">All that it sets after the change; a null value is refused.</param>
    /// <param name="broker">Values of the broker: bounds, and what counts where the group sets nothing.</param>
    public static ConfigurationVerdict Validate(IReadOnlyDictionary<string, string?> configs, ISettingsReader broker)
    {
        var absent = configs.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList();
        if (absent.Count > 0)
        {
            return ConfigurationVerdict.InvalidConfig($"Null value not supported for group configs: {string.Join(',', absent)}");
        }

        foreach (var (name, text) in configs)
        {
            if (ConfigurationCatalog.Find(ConfigurationScope.Group, name) is not { } key)
            {
                return ConfigurationVerdict.InvalidConfig($"Unknown group config name: {name}");
            }

            if (InvalidValue.Message(key, text!) is { } message)
            {
                return ConfigurationVerdict.InvalidConfig(message);
            }
        }

        var reader = new ResourceSettingsReader(configs.ToDictionary(pair => pair.Key, pair => pair.Value!, StringComparer.Ordinal), broker);
        return CheckBounds(reader, broker) is { } problem ? ConfigurationVerdict.InvalidConfig(problem) : ConfigurationVerdict.Valid;
    }

    private static string? CheckBounds(ResourceSettingsReader group, ISettingsReader broker)
    {
        return Bounds(GroupKeys.ConsumerHeartbeatIntervalMs, BrokerKeys.GroupConsumerMinHeartbeatIntervalMs, BrokerKeys.GroupConsumerMaxHeartbeatIntervalMs)
            ?? Bounds(GroupKeys.ConsumerSessionTimeoutMs, BrokerKeys.GroupConsumerMinSessionTimeoutMs, BrokerKeys.GroupConsumerMaxSessionTimeoutMs)
            ?? Bounds(GroupKeys.ShareHeartbeatIntervalMs, BrokerKeys.GroupShareMinHeartbeatIntervalMs, BrokerKeys.GroupShareMaxHeartbeatIntervalMs)
            ?? Bounds(GroupKeys.ShareSessionTimeoutMs, BrokerKeys.GroupShareMinSessionTimeoutMs, BrokerKeys.GroupShareMaxSessionTimeoutMs)
            ?? Bounds(GroupKeys.ShareRecordLockDurationMs, BrokerKeys.GroupShareMinRecordLockDurationMs, BrokerKeys.GroupShareMaxRecordLockDurationMs)
            ?? Bounds(GroupKeys.StreamsHeartbeatIntervalMs, BrokerKeys.GroupStreamsMinHeartbeatIntervalMs, BrokerKeys.GroupStreamsMaxHeartbeatIntervalMs)
            ?? Bounds(GroupKeys.StreamsSessionTimeoutMs, BrokerKeys.GroupStreamsMinSessionTimeoutMs, BrokerKeys.GroupStreamsMaxSessionTimeoutMs)
            ?? Bounds(GroupKeys.StreamsNumStandbyReplicas, null, BrokerKeys.GroupStreamsMaxStandbyReplicas)
            ?? Greater(GroupKeys.ConsumerSessionTimeoutMs, GroupKeys.ConsumerHeartbeatIntervalMs)
            ?? Greater(GroupKeys.ShareSessionTimeoutMs, GroupKeys.ShareHeartbeatIntervalMs)
            ?? Greater(GroupKeys.StreamsSessionTimeoutMs, GroupKeys.StreamsHeartbeatIntervalMs);

        string? Bounds(ConfigurationKey key, ConfigurationKey? minimum, ConfigurationKey maximum) =>
            minimum is not null && group.Int32(key) < broker.Int32(minimum) ? $"{key} must be greater than or equal to {minimum}"
            : group.Int32(key) > broker.Int32(maximum) ? $"{key} must be less than or equal to {maximum}"
            : null;

        string? Greater(ConfigurationKey large, ConfigurationKey small) => group.Int32(large) <= group.Int32(small) ? $"{large} must be greater than {small}" : null;
    }
}
