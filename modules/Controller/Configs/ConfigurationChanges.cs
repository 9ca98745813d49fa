using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Configuration.Validate;
using Kafka.Modular.Configuration.Values;
using Kafka.Modular.Metadata.Configs;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Configs;

/// <summary>
/// Decides IncrementalAlterConfigs (KIP-339) of topics, brokers, groups and subscriptions. Pure but for the configuration that it validates against.
/// The controller's loop.
/// </summary>
internal sealed class ConfigurationChanges(LiveConfiguration configuration)
{
    public ControllerResult<IncrementalAlterConfigsResponse> Alter(ControllerState state, IncrementalAlterConfigsRequest request)
    {
        var response = new IncrementalAlterConfigsResponse();
        var records = new List<MetadataRecord>();
        var asked = request.Resources.GroupBy(static resource => (resource.ResourceType, resource.ResourceName)).ToList();
        foreach (var group in asked)
        {
            var resource = group.First();
            var changes = new List<MetadataRecord>();
            var refusal = group.Count() > 1
                ? new ControllerRefusal(ErrorCode.InvalidRequest, $"Each resource must appear at most once: {group.Key.ResourceName}")
                : Alter(state, resource, changes);
            if (!refusal.IsRefused && !request.ValidateOnly)
            {
                records.AddRange(changes);
            }

            response.Responses.Add(new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse
            {
                ErrorCode = refusal.Error,
                ErrorMessage = refusal.Message,
                ResourceType = resource.ResourceType,
                ResourceName = resource.ResourceName,
            });
        }

        return new ControllerResult<IncrementalAlterConfigsResponse>(records, response);
    }

    private ControllerRefusal Alter(ControllerState state, IncrementalAlterConfigsRequest.AlterConfigsResource asked, List<MetadataRecord> changes)
    {
        var resource = new ConfigResource((ConfigResourceType)asked.ResourceType, asked.ResourceName);
        if (CheckResource(state, resource) is { IsRefused: true } unknown)
        {
            return unknown;
        }

        var existing = state.Image.Configs[resource].Values;
        var after = new Dictionary<string, string>(existing, StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in asked.Configs)
        {
            if (!names.Add(change.Name))
            {
                return new ControllerRefusal(ErrorCode.InvalidRequest, $"Error due to duplicate config keys: {change.Name}");
            }

            if (Apply(resource, change, after) is { IsRefused: true } refusal)
            {
                return refusal;
            }
        }

        if (Validate(resource, after, existing) is { IsValid: false } verdict)
        {
            return new ControllerRefusal(
                verdict.Refusal == ConfigurationRefusal.InvalidRequest ? ErrorCode.InvalidRequest : ErrorCode.InvalidConfig, verdict.Message);
        }

        foreach (var name in names)
        {
            var (before, value) = (existing.GetValueOrDefault(name), after.GetValueOrDefault(name));
            if (!string.Equals(before, value, StringComparison.Ordinal) || (value is not null && before is null))
            {
                changes.Add(new MetadataRecord(
                    new ConfigRecord { ResourceType = asked.ResourceType, ResourceName = asked.ResourceName, Name = name, Value = value }, 0));
            }
        }

        return ControllerRefusal.None;
    }

    private ControllerRefusal Apply(
        ConfigResource resource, IncrementalAlterConfigsRequest.AlterableConfig change, Dictionary<string, string> after)
    {
        var operation = (ConfigOperation)change.ConfigOperation;
        if (operation is ConfigOperation.Delete)
        {
            after.Remove(change.Name);
            return ControllerRefusal.None;
        }

        if (change.Value is null)
        {
            return new ControllerRefusal(ErrorCode.InvalidRequest, $"Null value not supported for : {change.Name}");
        }

        switch (operation)
        {
            case ConfigOperation.Set:
                after[change.Name] = change.Value;
                return ControllerRefusal.None;
            case ConfigOperation.Append or ConfigOperation.Subtract:
                return ApplyToList(resource, change.Name, change.Value, operation == ConfigOperation.Append, after);
            default:
                return new ControllerRefusal(ErrorCode.InvalidRequest, $"Unknown operation {change.ConfigOperation} for config key {change.Name}");
        }
    }

    private ControllerRefusal ApplyToList(ConfigResource resource, string name, string value, bool append, Dictionary<string, string> after)
    {
        if (ConfigurationCatalog.Find(ScopeOf(resource.Type), name) is not { Type: ConfigurationType.List } key)
        {
            return new ControllerRefusal(
                ErrorCode.InvalidConfig, $"Can't {(append ? "APPEND" : "SUBTRACT")} to key {name} because its type is not LIST.");
        }

        // What the broker or the default gives is what is added to, or taken from.
        var before = after.GetValueOrDefault(name) ?? configuration.Find(SynonymOf(key))?.Text ?? key.Default ?? "";
        List<string> items = [.. Split(before)];
        foreach (var item in Split(value))
        {
            if (append && !items.Contains(item, StringComparer.Ordinal))
            {
                items.Add(item);
            }
            else if (!append)
            {
                items.RemoveAll(each => string.Equals(each, item, StringComparison.Ordinal));
            }
        }

        after[name] = string.Join(',', items);
        return ControllerRefusal.None;
    }

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static ConfigurationKey SynonymOf(ConfigurationKey key)
        => key.Synonyms.Count > 0 && ConfigurationCatalog.Find(ConfigurationScope.Broker, key.Synonyms[0]) is { } synonym ? synonym : key;

    private static ConfigurationScope ScopeOf(ConfigResourceType type) => type switch
    {
        ConfigResourceType.Topic => ConfigurationScope.Topic,
        ConfigResourceType.Group => ConfigurationScope.Group,
        ConfigResourceType.ClientMetrics => ConfigurationScope.ClientMetrics,
        _ => ConfigurationScope.Broker,
    };

    private static ControllerRefusal CheckResource(ControllerState state, ConfigResource resource)
    {
        switch (resource.Type)
        {
            case ConfigResourceType.Topic:
                return state.Image.Topics.TryGet(resource.Name, out _)
                    ? ControllerRefusal.None
                    : new ControllerRefusal(ErrorCode.UnknownTopicOrPartition, $"The topic '{resource.Name}' does not exist.");
            case ConfigResourceType.Broker:
                if (resource.Name.Length == 0)
                {
                    return ControllerRefusal.None;
                }

                return int.TryParse(resource.Name, System.Globalization.CultureInfo.InvariantCulture, out var id) && state.Image.Cluster.TryGetBroker(id, out _)
                    ? ControllerRefusal.None
                    : new ControllerRefusal(ErrorCode.InvalidRequest, $"Broker ID {resource.Name} is not registered.");
            case ConfigResourceType.ClientMetrics or ConfigResourceType.Group:
                return resource.Name.Length > 0
                    ? ControllerRefusal.None
                    : new ControllerRefusal(ErrorCode.InvalidRequest, "Resource name must not be empty.");
            default:
                return new ControllerRefusal(ErrorCode.InvalidRequest, $"Unexpected resource type {resource.Type}.");
        }
    }

    private ConfigurationVerdict Validate(ConfigResource resource, Dictionary<string, string> after, IReadOnlyDictionary<string, string> existing)
        => resource.Type switch
        {
            ConfigResourceType.Topic => TopicValidator.Validate(after.ToDictionary(static pair => pair.Key, static pair => (string?)pair.Value, StringComparer.Ordinal), existing, configuration),
            ConfigResourceType.Group => GroupValidator.Validate(after.ToDictionary(static pair => pair.Key, static pair => (string?)pair.Value, StringComparer.Ordinal), configuration),
            ConfigResourceType.ClientMetrics => ClientMetricsValidator.Validate(resource.Name, after),
            _ => BrokerValidator.Validate(after, perBroker: resource.Name.Length > 0, configuration),
        };
}
