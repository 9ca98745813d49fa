using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Validate;

/// <summary>Checks the configuration of a topic, as Kafka's <c>LogConfig.validate</c> does in the controller.</summary>
public static class TopicValidator
{
    /// <summary>Checks what a topic is to set.</summary>
    /// <param name="configs">All that it sets after the change; a null value is refused.</param>
    /// <param name="existing">All that it sets now; empty for a new topic.</param>
    /// <param name="broker">Values of the broker, which count where the topic sets nothing.</param>
    public static ConfigurationVerdict Validate(
        IReadOnlyDictionary<string, string?> configs, IReadOnlyDictionary<string, string> existing, ISettingsReader broker)
    {
        var absent = configs.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList();
        if (absent.Count > 0)
        {
            return ConfigurationVerdict.InvalidConfig($"Null value not supported for topic configs: {string.Join(',', absent)}");
        }

        foreach (var name in configs.Keys)
        {
            if (ConfigurationCatalog.Find(ConfigurationScope.Topic, name) is null)
            {
                return ConfigurationVerdict.InvalidConfig($"Unknown topic config name: {name}");
            }
        }

        foreach (var (name, text) in configs)
        {
            if (InvalidValue.Message(ConfigurationCatalog.Find(ConfigurationScope.Topic, name)!, text!) is { } message)
            {
                return ConfigurationVerdict.InvalidConfig(message);
            }
        }

        var topic = ResourceSettings.Read<TopicSettings>(broker, configs.ToDictionary(pair => pair.Key, pair => pair.Value!, StringComparer.Ordinal));
        return CheckTogether(topic, existing, broker) is { } problem ? ConfigurationVerdict.InvalidConfig(problem) : ConfigurationVerdict.Valid;
    }

    private static string? CheckTogether(TopicSettings topic, IReadOnlyDictionary<string, string> existing, ISettingsReader broker)
    {
        if (topic.MinCompactionLagMs > topic.MaxCompactionLagMs)
        {
            return $"conflict topic config setting {TopicKeys.MinCompactionLagMs} ({topic.MinCompactionLagMs}) > {TopicKeys.MaxCompactionLagMs} ({topic.MaxCompactionLagMs})";
        }

        if (topic.RemoteStorageEnable)
        {
            return CheckRemote(topic, broker);
        }

        var wasRemote = existing.TryGetValue(TopicKeys.RemoteStorageEnable.Name, out var before) && before.Equals("true", StringComparison.OrdinalIgnoreCase);
        return wasRemote && !topic.RemoteLogDeleteOnDisable
            ? "It is invalid to disable remote storage without deleting remote data. If you want to keep the remote data and turn to read only, "
                + "please set `remote.storage.enable=true,remote.log.copy.disable=true`. If you want to disable remote storage and delete all remote data, "
                + "please set `remote.storage.enable=false,remote.log.delete.on.disable=true`."
            : null;
    }

    // KIP-405, KIP-950.
    private static string? CheckRemote(TopicSettings topic, ISettingsReader broker)
    {
        if (!broker.Boolean(BrokerKeys.RemoteLogStorageSystemEnable))
        {
            return "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.";
        }

        if (topic.CleanupPolicy is not ([] or ["delete"]))
        {
            return "Remote log storage only supports topics with cleanup.policy=delete or cleanup.policy being an empty list.";
        }

        return CheckLocal(TopicKeys.LocalRetentionBytes, topic.LocalRetentionBytes, TopicKeys.RetentionBytes, topic.RetentionBytes)
            ?? CheckLocal(TopicKeys.LocalRetentionMs, topic.LocalRetentionMs, TopicKeys.RetentionMs, topic.RetentionMs)
            ?? (topic.RemoteLogCopyDisable
                ? CheckCopyDisabled(TopicKeys.LocalRetentionBytes, topic.LocalRetentionBytes, TopicKeys.RetentionBytes, topic.RetentionBytes)
                    ?? CheckCopyDisabled(TopicKeys.LocalRetentionMs, topic.LocalRetentionMs, TopicKeys.RetentionMs, topic.RetentionMs)
                : null);
    }

    private static string? CheckLocal(ConfigurationKey localKey, long local, ConfigurationKey key, long all) => (local, all) switch
    {
        (-2, _) or (_, < 0) => null,
        (-1, _) => $"Invalid value -1 for configuration {localKey}: Value must not be -1 as {key} value is set as {all}.",
        _ when local > all => $"Invalid value {local} for configuration {localKey}: Value must not be more than {key} property value: {all}",
        _ => null,
    };

    private static string? CheckCopyDisabled(ConfigurationKey localKey, long local, ConfigurationKey key, long all) =>
        local != -2 && local != all
            ? $"When `remote.log.copy.disable` is set to true, the `{localKey}` and `{key}` must be set to the identical value because there will be no more logs copied to the remote storage."
            : null;
}
