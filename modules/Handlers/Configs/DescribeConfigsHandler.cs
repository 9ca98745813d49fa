using System.Globalization;
using Kafka.Modular.Configuration.Describe;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Controller.Topics;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Metadata.Configs;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Configs;

/// <summary>DescribeConfigs of topics, of this broker and its loggers, of all brokers' defaults, of groups and of subscriptions (KIP-133, KIP-226, KIP-412, KIP-569).</summary>
public sealed class DescribeConfigsHandler(HandlerServices services, MetadataCache metadata, LiveConfiguration configuration, ILoggerLevels loggers, ClusterIdentity identity)
    : Handler<DescribeConfigsRequest, DescribeConfigsResponse>(services)
{
    /// <inheritdoc/>
    protected override ValueTask<DescribeConfigsResponse> HandleAsync(RequestContext context, DescribeConfigsRequest request)
    {
        var response = new DescribeConfigsResponse();
        if (request.Resources.Find(static resource => !Enum.IsDefined((ConfigResourceType)resource.ResourceType) || resource.ResourceType == 0) is { } unexpected)
        {
            // Nobody can say who may see it: the whole request is refused.
            var message = $"Unexpected resource type UNKNOWN for resource {unexpected.ResourceName}";
            response.Results.AddRange(request.Resources.Select(resource => Failed(resource, ErrorCode.InvalidRequest, message)));
            return ValueTask.FromResult(response);
        }

        var refused = new List<DescribeConfigsResponse.DescribeConfigsResult>();
        foreach (var resource in request.Resources)
        {
            if (ConfigAccess.CheckDescribe(Services.Access, context, (ConfigResourceType)resource.ResourceType, resource.ResourceName) is { } refusal)
            {
                refused.Add(Failed(resource, refusal.Error, refusal.Message));
            }
            else
            {
                response.Results.Add(Describe(request, resource));
            }
        }

        response.Results.AddRange(refused);
        return ValueTask.FromResult(response);
    }

    /// <inheritdoc/>
    protected override DescribeConfigsResponse OnError(RequestContext context, DescribeConfigsRequest request, ErrorCode error)
    {
        var response = new DescribeConfigsResponse();
        response.Results.AddRange(request.Resources.Select(resource => Failed(resource, error, error.Info().Message)));
        return response;
    }

    private static DescribeConfigsResponse.DescribeConfigsResult Failed(DescribeConfigsRequest.DescribeConfigsResource resource, ErrorCode error, string? message)
        => new() { ResourceType = resource.ResourceType, ResourceName = resource.ResourceName, ErrorCode = error, ErrorMessage = message };

    private DescribeConfigsResponse.DescribeConfigsResult Describe(DescribeConfigsRequest request, DescribeConfigsRequest.DescribeConfigsResource resource)
    {
        var refusal = Find(resource, out var entries);
        if (refusal.IsRefused)
        {
            return Failed(resource, refusal.Error, refusal.Message);
        }

        var result = Failed(resource, ErrorCode.None, null);
        foreach (var entry in entries)
        {
            var described = new DescribeConfigsResponse.DescribeConfigsResourceResult
            {
                Name = entry.Name,
                Value = entry.Value,
                ReadOnly = entry.IsReadOnly,
                ConfigSource = (sbyte)entry.Source,
                IsSensitive = entry.IsSensitive,
                ConfigType = (sbyte)entry.Type,
                Documentation = request.IncludeDocumentation ? entry.Documentation : null,
            };
            if (request.IncludeSynonyms)
            {
                described.Synonyms.AddRange(entry.Synonyms.Select(static synonym => new DescribeConfigsResponse.DescribeConfigsSynonym
                {
                    Name = synonym.Name, Value = synonym.Value, Source = (sbyte)synonym.Source,
                }));
            }

            result.Configs.Add(described);
        }

        return result;
    }

    private Refusal Find(DescribeConfigsRequest.DescribeConfigsResource resource, out IReadOnlyList<DescribedEntry> entries)
    {
        entries = [];
        var names = resource.ConfigurationKeys;
        var image = metadata.Image;
        var type = (ConfigResourceType)resource.ResourceType;
        var overrides = image.Configs[new ConfigResource(type, resource.ResourceName)].Values;
        switch (type)
        {
            case ConfigResourceType.Topic:
                if (TopicNames.Validate(resource.ResourceName) is { IsRefused: true } invalid)
                {
                    return new Refusal(invalid.Error, invalid.Message);
                }

                if (!image.Topics.TryGet(resource.ResourceName, out _))
                {
                    return new Refusal(ErrorCode.UnknownTopicOrPartition, null);
                }

                entries = ConfigurationDescriber.Topic(configuration, overrides, names);
                return Refusal.None;
            case ConfigResourceType.Broker when resource.ResourceName.Length == 0:
                entries = ConfigurationDescriber.ClusterDefaults(configuration, names);
                return Refusal.None;
            case ConfigResourceType.Broker:
                entries = ConfigurationDescriber.Broker(configuration, names);
                return CheckBroker(resource.ResourceName, "expected {0} or empty string, but received {1}");
            case ConfigResourceType.BrokerLogger:
                entries = Loggers(names);
                return resource.ResourceName.Length == 0
                    ? new Refusal(ErrorCode.InvalidRequest, "Broker id must not be empty")
                    : CheckBroker(resource.ResourceName, "expected {0} but received {1}");
            case ConfigResourceType.Group:
                entries = ConfigurationDescriber.Group(configuration, overrides, names);
                return resource.ResourceName.Length > 0 ? Refusal.None : new Refusal(ErrorCode.InvalidRequest, "Group name must not be empty");
            case ConfigResourceType.ClientMetrics:
                entries = ConfigurationDescriber.ClientMetrics(configuration, overrides, names);
                return resource.ResourceName.Length > 0
                    ? Refusal.None
                    : new Refusal(ErrorCode.InvalidRequest, "Client metrics subscription name must not be empty");
            default:
                return new Refusal(ErrorCode.InvalidRequest, $"Unsupported resource type: {type}");
        }
    }

    private Refusal CheckBroker(string name, string mismatch)
        => !int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
            ? new Refusal(ErrorCode.InvalidRequest, $"Broker id must be an integer, but it is: {name}")
            : id == identity.BrokerId ? Refusal.None
            : new Refusal(ErrorCode.InvalidRequest, $"Unexpected broker id, {string.Format(CultureInfo.InvariantCulture, mismatch, identity.BrokerId, name)}");

    private List<DescribedEntry> Loggers(List<string>? names) =>
    [
        .. loggers.All.Where(level => names is null || names.Count == 0 || names.Contains(level.Key)).OrderBy(static level => level.Key, StringComparer.Ordinal)
            .Select(static level => new DescribedEntry
            {
                Name = level.Key,
                Value = level.Value,
                Source = ConfigurationSourceKind.DynamicBrokerLogger,
                IsSensitive = false,
                IsReadOnly = false,
                Type = ConfigurationType.Unknown,
                Documentation = null,
                Synonyms = [],
            }),
    ];
}
