using System.Globalization;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Configs;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Configs;

/// <summary>ListConfigResources (KIP-1000, KIP-1142): the resources that have, or may have, configuration. Version 0 knows subscriptions alone.</summary>
public sealed class ListConfigResourcesHandler(HandlerServices services, MetadataCache metadata)
    : Handler<ListConfigResourcesRequest, ListConfigResourcesResponse>(services)
{
    private const short FirstVersionWithTypes = 1;

    private static readonly ConfigResourceType[] s_types =
    [
        ConfigResourceType.Group, ConfigResourceType.ClientMetrics, ConfigResourceType.BrokerLogger, ConfigResourceType.Broker, ConfigResourceType.Topic,
    ];

    /// <inheritdoc/>
    protected override ValueTask<ListConfigResourcesResponse> HandleAsync(RequestContext context, ListConfigResourcesRequest request)
    {
        if (!Services.Access.AllowsOnCluster(context.Identity, AclOperation.DescribeConfigs))
        {
            return ValueTask.FromResult(OnError(context, request, ErrorCode.ClusterAuthorizationFailed));
        }

        ConfigResourceType[] supported = context.ApiVersion >= FirstVersionWithTypes ? s_types : [ConfigResourceType.ClientMetrics];
        var asked = request.ResourceTypes.Select(static type => (ConfigResourceType)type).ToHashSet();
        if (!asked.IsSubsetOf(supported))
        {
            return ValueTask.FromResult(OnError(context, request, ErrorCode.UnsupportedVersion));
        }

        var image = metadata.Image;
        return ValueTask.FromResult(new ListConfigResourcesResponse
        {
            ConfigResources =
            [
                .. supported.Where(type => asked.Count == 0 || asked.Contains(type)).SelectMany(type => Names(context, image, type).Select(name =>
                    new ListConfigResourcesResponse.ConfigResource { ResourceName = name, ResourceType = (sbyte)type })),
            ],
        });
    }

    /// <inheritdoc/>
    protected override ListConfigResourcesResponse OnError(RequestContext context, ListConfigResourcesRequest request, ErrorCode error) => new() { ErrorCode = error };

    private static IEnumerable<string> Names(RequestContext context, MetadataImage image, ConfigResourceType type) => type switch
    {
        ConfigResourceType.Topic => image.Topics.ByName.Keys,
        ConfigResourceType.Broker or ConfigResourceType.BrokerLogger => image.Cluster.Brokers.Values
            .Where(broker => broker.Endpoint(context.Connection.Listener.Name) is not null)
            .Select(static broker => broker.Id.ToString(CultureInfo.InvariantCulture)),
        _ => image.Configs.Resources.Keys.Where(resource => resource.Type == type).Select(static resource => resource.Name),
    };
}
