using System.Globalization;
using Kafka.Modular.Configuration.Describe;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Controller.Topics;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Metadata.Configs;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Configs;

/// <summary>DescribeConfigs of topics, of this broker, of all brokers' defaults, of groups and of subscriptions (KIP-133, KIP-226, KIP-569).</summary>
public sealed class DescribeConfigsHandler(HandlerServices services, MetadataCache metadata, LiveConfiguration configuration, ClusterIdentity identity)
    : Handler<DescribeConfigsRequest, DescribeConfigsResponse>(services)
{
    /// <inheritdoc/>
    protected override ValueTask<DescribeConfigsResponse> HandleAsync(RequestContext context, DescribeConfigsRequest request)
    {
        var response = new DescribeConfigsResponse();
        foreach (var resource in request.Resources)
        {
            response.Results.Add(Describe(request, resource));
        }

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
                if (!int.TryParse(resource.ResourceName, CultureInfo.InvariantCulture, out var id))
                {
                    return new Refusal(ErrorCode.InvalidRequest, $"Broker id must be an integer, but it is: {resource.ResourceName}");
                }

                if (id != identity.BrokerId)
                {
                    return new Refusal(ErrorCode.InvalidRequest, $"Unexpected broker id, expected {identity.BrokerId} or empty string, but received {id}");
                }

                entries = ConfigurationDescriber.Broker(configuration, names);
                return Refusal.None;
            case ConfigResourceType.Group when resource.ResourceName.Length > 0:
                entries = ConfigurationDescriber.Group(configuration, overrides, names);
                return Refusal.None;
            case ConfigResourceType.ClientMetrics when resource.ResourceName.Length > 0:
                entries = ConfigurationDescriber.ClientMetrics(configuration, overrides, names);
                return Refusal.None;
            default:
                return new Refusal(ErrorCode.InvalidRequest, $"Unsupported resource type: {type}");
        }
    }
}
