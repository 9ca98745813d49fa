using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Configuration.Validate;
using Kafka.Modular.Configuration.Values;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Configs;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Configs;

/// <summary>
/// Decides IncrementalAlterConfigs (KIP-339) and AlterConfigs (KIP-133) of topics, brokers, groups and subscriptions. Brokers' values were validated by
/// the broker that was asked, against its own configuration. Pure but for the configuration that it validates against. The controller's loop.
/// </summary>
internal sealed class ConfigurationChanges(LiveConfiguration configuration)
{
    private static readonly string s_minInSyncReplicas = TopicKeys.MinInsyncReplicas.Name;

    /// <summary>Changes some values of each resource.</summary>
    public ControllerResult<IncrementalAlterConfigsResponse> Alter(ControllerState state, IncrementalAlterConfigsRequest request)
    {
        var response = new IncrementalAlterConfigsResponse();
        var records = new List<MetadataRecord>();
        foreach (var group in request.Resources.GroupBy(static resource => (resource.ResourceType, resource.ResourceName)))
        {
            var asked = group.First();
            var resource = new ConfigResource((ConfigResourceType)asked.ResourceType, asked.ResourceName);
            var refusal = CheckOnce(resource, group.Count());
            if (!refusal.IsRefused)
            {
                var altered = new Dictionary<string, string?>(StringComparer.Ordinal);
                refusal = Apply(state, resource, asked.Configs, altered);
                if (!refusal.IsRefused)
                {
                    refusal = Decide(state, resource, altered, [], records);
                }
            }

            response.Responses.Add(new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse
            {
                ErrorCode = refusal.Error, ErrorMessage = refusal.Message, ResourceType = asked.ResourceType, ResourceName = asked.ResourceName,
            });
        }

        return Result(state, request.ValidateOnly, records, response);
    }

    /// <summary>Replaces all values of each resource.</summary>
    public ControllerResult<AlterConfigsResponse> Replace(ControllerState state, AlterConfigsRequest request)
    {
        var response = new AlterConfigsResponse();
        var records = new List<MetadataRecord>();
        foreach (var group in request.Resources.GroupBy(static resource => (resource.ResourceType, resource.ResourceName)))
        {
            var asked = group.First();
            var resource = new ConfigResource((ConfigResourceType)asked.ResourceType, asked.ResourceName);
            var refusal = CheckOnce(resource, group.Count());
            if (!refusal.IsRefused)
            {
                var altered = new Dictionary<string, string?>(StringComparer.Ordinal);
                foreach (var config in asked.Configs)
                {
                    altered[config.Name] = config.Value;
                }

                List<string> dropped = [.. state.Image.Configs[resource].Values.Keys.Where(name => !altered.ContainsKey(name))];
                refusal = Decide(state, resource, altered, dropped, records);
            }

            response.Responses.Add(new AlterConfigsResponse.AlterConfigsResourceResponse
            {
                ErrorCode = refusal.Error, ErrorMessage = refusal.Message, ResourceType = asked.ResourceType, ResourceName = asked.ResourceName,
            });
        }

        return Result(state, request.ValidateOnly, records, response);
    }

    /// <summary>
    /// What the cluster needs before it keeps eligible leader replicas: a <c>min.insync.replicas</c> of its own, which brokers do not override (KIP-966).
    /// </summary>
    public void PrepareEligibleLeaderReplicas(MetadataImage image, List<MetadataRecord> records)
    {
        if (!image.Configs[ConfigResource.DefaultBroker].Values.ContainsKey(s_minInSyncReplicas))
        {
            records.Add(Record(ConfigResource.DefaultBroker, s_minInSyncReplicas, ConfigurationValues.Format(configuration.Node.Value(BrokerKeys.MinInsyncReplicas))));
        }

        foreach (var (resource, values) in image.Configs.Resources)
        {
            if (resource is { Type: ConfigResourceType.Broker, Name.Length: > 0 } && values.Values.ContainsKey(s_minInSyncReplicas))
            {
                records.Add(Record(resource, s_minInSyncReplicas, null));
            }
        }
    }

    private static ControllerResult<T> Result<T>(ControllerState state, bool validateOnly, List<MetadataRecord> records, T response)
    {
        if (validateOnly)
        {
            return ControllerResult<T>.NoChange(response);
        }

        if (state.Image.Features.IsEligibleLeaderReplicasEnabled)
        {
            // Who was eligible under another minimum is not under this one (KIP-966).
            records.AddRange(records.Select(static record => record.Message).OfType<ConfigRecord>()
                .Where(static config => string.Equals(config.Name, s_minInSyncReplicas, StringComparison.Ordinal))
                .Select(static config => new MetadataRecord(
                    new ClearElrRecord { TopicName = (ConfigResourceType)config.ResourceType == ConfigResourceType.Topic ? config.ResourceName : "" }, 0))
                .ToList());
        }

        return new ControllerResult<T>(records, response);
    }

    private static ControllerRefusal CheckOnce(ConfigResource resource, int times)
        => times > 1 ? new ControllerRefusal(ErrorCode.InvalidRequest, "Duplicate resource.")
            : Enum.IsDefined(resource.Type) && resource.Type != ConfigResourceType.Unknown ? ControllerRefusal.None
            : new ControllerRefusal(ErrorCode.UnsupportedVersion, $"Unknown resource type {(sbyte)resource.Type}.");

    private static ControllerRefusal Apply(
        ControllerState state, ConfigResource resource, List<IncrementalAlterConfigsRequest.AlterableConfig> changes, Dictionary<string, string?> altered)
    {
        var existing = state.Image.Configs[resource].Values;
        foreach (var change in changes)
        {
            var operation = (ConfigOperation)change.ConfigOperation;
            switch (operation)
            {
                case ConfigOperation.Set:
                    altered[change.Name] = change.Value;
                    break;
                case ConfigOperation.Delete:
                    altered[change.Name] = null;
                    break;
                case ConfigOperation.Append or ConfigOperation.Subtract:
                    if (ConfigurationCatalog.Find(ScopeOf(resource.Type), change.Name) is not { Type: ConfigurationType.List } key)
                    {
                        return new ControllerRefusal(
                            ErrorCode.InvalidConfig,
                            $"Can't {(operation == ConfigOperation.Append ? "APPEND" : "SUBTRACT")} to key {change.Name} because its type is not LIST.");
                    }

                    var before = existing.GetValueOrDefault(change.Name) ?? key.Default ?? "";
                    altered[change.Name] = ConfigLists.Change(before, change.Value ?? "", operation == ConfigOperation.Append);
                    break;
                default:
                    return new ControllerRefusal(ErrorCode.InvalidRequest, $"Unknown operation type {change.ConfigOperation} for config key {change.Name}");
            }
        }

        return ControllerRefusal.None;
    }

    /// <summary>Validates what a resource would have, and adds the records that make it so.</summary>
    private ControllerRefusal Decide(
        ControllerState state, ConfigResource resource, Dictionary<string, string?> altered, List<string> dropped, List<MetadataRecord> records)
    {
        var existing = state.Image.Configs[resource].Values;
        var after = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (name, value) in existing)
        {
            after[name] = value;
        }

        foreach (var (name, value) in altered.Concat(dropped.Select(static name => new KeyValuePair<string, string?>(name, null))))
        {
            if (CheckMinInSyncReplicas(state, resource, name, value) is { IsRefused: true } refusal)
            {
                return refusal;
            }

            if (value is null)
            {
                after.Remove(name);
            }
            else if (value.Length > short.MaxValue)
            {
                return new ControllerRefusal(
                    ErrorCode.InvalidConfig, $"The configuration value cannot be added because it exceeds the maximum value size of {short.MaxValue} bytes.");
            }
            else
            {
                after[name] = value;
            }
        }

        var invalid = Validate(resource, after, existing);
        if (invalid.IsRefused)
        {
            return invalid;
        }

        if (CheckExists(state, resource) is { IsRefused: true } unknown)
        {
            return unknown;
        }

        // A broker reloads what a record names, such as a key store, even where its value is the same (KAFKA-14136).
        records.AddRange(altered
            .Where(change => resource.Type == ConfigResourceType.Broker || !string.Equals(existing.GetValueOrDefault(change.Key), change.Value, StringComparison.Ordinal))
            .Select(change => Record(resource, change.Key, change.Value)));
        records.AddRange(dropped.Select(name => Record(resource, name, null)));
        return ControllerRefusal.None;
    }

    /// <summary>While there are eligible leader replicas the minimum in sync is one for the whole cluster, or a topic's own (KIP-966).</summary>
    private static ControllerRefusal CheckMinInSyncReplicas(ControllerState state, ConfigResource resource, string name, string? value)
    {
        if (resource.Type != ConfigResourceType.Broker
            || !string.Equals(name, s_minInSyncReplicas, StringComparison.Ordinal)
            || !state.Image.Features.IsEligibleLeaderReplicasEnabled)
        {
            return ControllerRefusal.None;
        }

        return resource.Name.Length > 0
            ? new ControllerRefusal(ErrorCode.InvalidConfig, "Broker-level min.insync.replicas cannot be altered while ELR is enabled.")
            : value is null
                ? new ControllerRefusal(ErrorCode.InvalidConfig, "Cluster-level min.insync.replicas cannot be removed while ELR is enabled.")
                : ControllerRefusal.None;
    }

    private ControllerRefusal Validate(ConfigResource resource, Dictionary<string, string?> after, IReadOnlyDictionary<string, string> existing)
    {
        switch (resource.Type)
        {
            case ConfigResourceType.Topic:
                if (resource.Name.Length == 0)
                {
                    return new ControllerRefusal(ErrorCode.InvalidRequest, "Default topic resources are not allowed.");
                }

                var name = Topics.TopicNames.Validate(resource.Name);
                return name.IsRefused ? name : Refusal(TopicValidator.Validate(after, existing, configuration));
            case ConfigResourceType.Broker:
                return CheckBrokerName(resource.Name);
            case ConfigResourceType.ClientMetrics:
                return Refusal(ClientMetricsValidator.Validate(
                    resource.Name, after.ToDictionary(static pair => pair.Key, static pair => pair.Value!, StringComparer.Ordinal)));
            case ConfigResourceType.Group:
                return resource.Name.Length == 0
                    ? new ControllerRefusal(ErrorCode.InvalidRequest, "Default group resources are not allowed.")
                    : Refusal(GroupValidator.Validate(after, configuration));
            default:
                // Loggers' levels are not metadata: the broker that was asked sets them itself.
                return new ControllerRefusal(ErrorCode.InvalidRequest, "Unknown resource type BROKER_LOGGER");
        }
    }

    private static ControllerRefusal Refusal(ConfigurationVerdict verdict) => verdict.Refusal switch
    {
        ConfigurationRefusal.None => ControllerRefusal.None,
        ConfigurationRefusal.InvalidRequest => new ControllerRefusal(ErrorCode.InvalidRequest, verdict.Message),
        _ => new ControllerRefusal(ErrorCode.InvalidConfig, verdict.Message),
    };

    private static ControllerRefusal CheckBrokerName(string name)
        => name.Length == 0 ? ControllerRefusal.None
            : !int.TryParse(name, System.Globalization.CultureInfo.InvariantCulture, out var id)
                ? new ControllerRefusal(ErrorCode.InvalidRequest, "Unable to parse broker name as a base 10 number.")
            : id < 0 ? new ControllerRefusal(ErrorCode.InvalidRequest, "Invalid negative broker ID.")
            : ControllerRefusal.None;

    private static ControllerRefusal CheckExists(ControllerState state, ConfigResource resource) => resource.Type switch
    {
        ConfigResourceType.Topic when !state.Image.Topics.TryGet(resource.Name, out _)
            => new ControllerRefusal(ErrorCode.UnknownTopicOrPartition, $"The topic '{resource.Name}' does not exist."),
        ConfigResourceType.Broker when resource.Name.Length > 0 && !IsNode(state, int.Parse(resource.Name, System.Globalization.CultureInfo.InvariantCulture))
            => new ControllerRefusal(ErrorCode.BrokerIdNotRegistered, $"No node with id {resource.Name} found."),
        _ => ControllerRefusal.None,
    };

    private static bool IsNode(ControllerState state, int id) => state.Image.Cluster.TryGetBroker(id, out _) || state.Image.Cluster.Controllers.ContainsKey(id);

    private static MetadataRecord Record(ConfigResource resource, string name, string? value)
        => new(new ConfigRecord { ResourceType = (sbyte)resource.Type, ResourceName = resource.Name, Name = name, Value = value }, 0);

    private static ConfigurationScope ScopeOf(ConfigResourceType type) => type switch
    {
        ConfigResourceType.Topic => ConfigurationScope.Topic,
        ConfigResourceType.Group => ConfigurationScope.Group,
        ConfigResourceType.ClientMetrics => ConfigurationScope.ClientMetrics,
        _ => ConfigurationScope.Broker,
    };
}
