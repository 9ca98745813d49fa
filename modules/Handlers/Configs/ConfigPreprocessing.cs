using System.Globalization;
using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Configuration.Validate;
using Kafka.Modular.Configuration.Values;
using Kafka.Modular.Controller.Configs;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Metadata.Configs;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Configs;

/// <summary>
/// What the broker that is asked to change configuration settles itself, as Kafka's <c>ConfigAdminManager</c> does: values of a broker are checked
/// against its own configuration, levels of loggers are set at once. The rest is the controller's, once it is known that the client may change it.
/// </summary>
public sealed class ConfigPreprocessing(
    MetadataCache metadata, LiveConfiguration configuration, ILoggerLevels loggers, IListenerCertificates certificates, ClusterIdentity identity)
{
    private static readonly Refusal s_twice = new(ErrorCode.InvalidRequest, "Each resource must appear at most once.");
    private static readonly Refusal s_duplicateKeys = new(ErrorCode.InvalidRequest, "Error due to duplicate config keys");

    private readonly LoggerChanges _loggers = new(loggers);

    /// <summary>What is settled of an incremental request: refused, or done. Null for what the controller has to decide.</summary>
    /// <param name="request">The request.</param>
    /// <param name="checkAccess">Why the client may not change a resource of that type and name; null when it may.</param>
    internal IReadOnlyList<Refusal?> Settle(IncrementalAlterConfigsRequest request, Func<ConfigResourceType, string, Refusal?> checkAccess)
    {
        var times = request.Resources.CountBy(static resource => (resource.ResourceType, resource.ResourceName)).ToDictionary();
        return
        [
            .. request.Resources.Select(resource => times[(resource.ResourceType, resource.ResourceName)] > 1
                ? s_twice
                : Settle(resource, request.ValidateOnly, checkAccess)),
        ];
    }

    /// <inheritdoc cref="Settle(IncrementalAlterConfigsRequest, Func{ConfigResourceType, string, Refusal?})"/>
    internal IReadOnlyList<Refusal?> Settle(AlterConfigsRequest request, Func<ConfigResourceType, string, Refusal?> checkAccess)
    {
        var times = request.Resources.CountBy(static resource => (resource.ResourceType, resource.ResourceName)).ToDictionary();
        return
        [
            .. request.Resources.Select(resource => times[(resource.ResourceType, resource.ResourceName)] > 1 ? s_twice : Settle(resource, checkAccess)),
        ];
    }

    private Refusal? Settle(IncrementalAlterConfigsRequest.AlterConfigsResource resource, bool validateOnly, Func<ConfigResourceType, string, Refusal?> checkAccess)
    {
        if (CheckKeys(
            resource.Configs.Select(static change => change.Name),
            resource.Configs.Where(static change => change.Value is null && (ConfigOperation)change.ConfigOperation != ConfigOperation.Delete).Select(static change => change.Name))
            is { } refusal)
        {
            return refusal;
        }

        var type = (ConfigResourceType)resource.ResourceType;
        switch (type)
        {
            case ConfigResourceType.BrokerLogger:
                return checkAccess(type, resource.ResourceName) is { } refused
                    ? refused with { Message = null }
                    : CheckNode(resource.ResourceName, static (expected, received) => $"Unexpected node id. Expected {expected}, but received {received}")
                    ?? _loggers.Apply(resource, validateOnly);
            case ConfigResourceType.Broker:
                return CheckBroker(resource.ResourceName) ?? CheckValues(resource) ?? checkAccess(type, resource.ResourceName);
            case ConfigResourceType.Topic or ConfigResourceType.ClientMetrics or ConfigResourceType.Group:
                return checkAccess(type, resource.ResourceName);
            default:
                return new Refusal(ErrorCode.InvalidRequest, $"Unknown resource type {resource.ResourceType}");
        }
    }

    private Refusal? Settle(AlterConfigsRequest.AlterConfigsResource resource, Func<ConfigResourceType, string, Refusal?> checkAccess)
    {
        if (CheckKeys(
            resource.Configs.Select(static config => config.Name),
            resource.Configs.Where(static config => config.Value is null).Select(static config => config.Name)) is { } refusal)
        {
            return refusal;
        }

        var type = (ConfigResourceType)resource.ResourceType;
        return type switch
        {
            ConfigResourceType.Broker => CheckBroker(resource.ResourceName) ?? CheckValues(
                resource.ResourceName, resource.Configs.ToDictionary(static config => config.Name, static config => config.Value!, StringComparer.Ordinal))
                ?? checkAccess(type, resource.ResourceName),
            ConfigResourceType.Topic or ConfigResourceType.ClientMetrics or ConfigResourceType.Group => checkAccess(type, resource.ResourceName),
            _ => new Refusal(ErrorCode.InvalidRequest, $"Unknown resource type {resource.ResourceType}"),
        };
    }

    private static Refusal? CheckKeys(IEnumerable<string> names, IEnumerable<string> withoutValue)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        if (names.Any(name => !known.Add(name)))
        {
            return s_duplicateKeys;
        }

        List<string> absent = [.. withoutValue];
        return absent.Count > 0 ? new Refusal(ErrorCode.InvalidRequest, $"Null value not supported for : {string.Join(", ", absent)}") : null;
    }

    private Refusal? CheckBroker(string name)
        => name.Length == 0 ? null : CheckNode(name, (expected, _) => $"Unexpected broker id, expected {expected}, but received {name}");

    private Refusal? CheckNode(string name, Func<int, int, string> mismatch)
        => !int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
            ? new Refusal(ErrorCode.InvalidRequest, $"Node id must be an integer, but it is: {name}")
            : id != identity.BrokerId ? new Refusal(ErrorCode.InvalidRequest, mismatch(identity.BrokerId, id))
            : null;

    /// <summary>Checks a broker's values as they would be after the changes.</summary>
    private Refusal? CheckValues(IncrementalAlterConfigsRequest.AlterConfigsResource resource)
    {
        var after = new Dictionary<string, string>(
            metadata.Image.Configs[new ConfigResource(ConfigResourceType.Broker, resource.ResourceName)].Values, StringComparer.Ordinal);
        foreach (var change in resource.Configs)
        {
            switch ((ConfigOperation)change.ConfigOperation)
            {
                case ConfigOperation.Set:
                    after[change.Name] = change.Value!;
                    break;
                case ConfigOperation.Delete:
                    after.Remove(change.Name);
                    break;
                case ConfigOperation.Append or ConfigOperation.Subtract:
                    var append = (ConfigOperation)change.ConfigOperation == ConfigOperation.Append;
                    if (ConfigurationCatalog.Find(ConfigurationScope.Broker, change.Name) is not { Type: ConfigurationType.List } key)
                    {
                        return new Refusal(
                            ErrorCode.InvalidConfig, $"Config value {(append ? "append" : "subtract")} is not allowed for config key: {change.Name}");
                    }

                    after[change.Name] = ConfigLists.Change(after.GetValueOrDefault(change.Name) ?? key.Default ?? "", change.Value!, append);
                    break;
                default:
                    return new Refusal(ErrorCode.InvalidRequest, $"Unknown operations type {change.ConfigOperation}");
            }
        }

        return CheckValues(resource.ResourceName, after);
    }

    private Refusal? CheckValues(string broker, Dictionary<string, string> after)
        => BrokerValidator.Validate(after, perBroker: broker.Length > 0, configuration) is { IsValid: false } verdict
            ? new Refusal(verdict.Refusal == ConfigurationRefusal.InvalidConfig ? ErrorCode.InvalidConfig : ErrorCode.InvalidRequest, verdict.Message)
            : CheckCertificates(broker, after);

    // As Kafka's SslFactory: what a listener would load is loaded before anything is changed, where one of its keys changes.
    private Refusal? CheckCertificates(string broker, Dictionary<string, string> after)
    {
        var before = metadata.Image.Configs[new ConfigResource(ConfigResourceType.Broker, broker)].Values;
        var changed = before.Keys.Union(after.Keys, StringComparer.Ordinal)
            .Where(name => !string.Equals(before.GetValueOrDefault(name), after.GetValueOrDefault(name), StringComparison.Ordinal)).ToList();
        foreach (var listener in configuration.Node.Listeners.All)
        {
            var start = $"listener.name.{listener.Name}.ssl.";
            if (changed.Exists(name => name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                && certificates.Objection(listener.Name, BrokerValidator.Preview<SslSettings>(after, listener.Name, configuration)) is { } objection)
            {
                return new Refusal(
                    ErrorCode.InvalidRequest,
                    "Invalid value org.apache.kafka.common.config.ConfigException: Validation of dynamic config update of SSLFactory failed: "
                    + $"{objection} for configuration Invalid dynamic configuration");
            }
        }

        return null;
    }
}
