using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Cluster;

/// <summary>DescribeCluster: the brokers as the client's listener reaches them (KIP-700). A broker's listener describes no controllers (KIP-919).</summary>
public sealed class DescribeClusterHandler(HandlerServices services, MetadataCache metadata, ClusterIdentity identity)
    : Handler<DescribeClusterRequest, DescribeClusterResponse>(services)
{
    private const sbyte Brokers = 1;
    private const sbyte Controllers = 2;

    /// <inheritdoc/>
    protected override ValueTask<DescribeClusterResponse> HandleAsync(RequestContext context, DescribeClusterRequest request)
    {
        if (request.EndpointType != Brokers)
        {
            return ValueTask.FromResult(request.EndpointType == Controllers
                ? Failed(request, ErrorCode.MismatchedEndpointType, "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER")
                : Failed(request, ErrorCode.UnsupportedEndpointType, $"Unsupported endpoint type {request.EndpointType}"));
        }

        var image = metadata.Image;
        var response = new DescribeClusterResponse
        {
            ClusterId = identity.ClusterId,
            ControllerId = new BrokerId(image.Cluster.IsAlive(identity.BrokerId) ? identity.BrokerId : -1),
            ClusterAuthorizedOperations = request.IncludeClusterAuthorizedOperations ? AuthorizedOperations.OnCluster(Services, context) : AuthorizedOperations.NotRequested,
        };
        foreach (var broker in image.Cluster.Brokers.Values)
        {
            if ((!broker.IsFenced || request.IncludeFencedBrokers) && broker.Endpoint(context.Connection.Listener.Name) is { } endpoint)
            {
                response.Brokers.Add(new DescribeClusterResponse.DescribeClusterBroker
                {
                    BrokerId = new BrokerId(broker.Id), Host = endpoint.Host, Port = endpoint.Port, Rack = broker.Rack, IsFenced = broker.IsFenced,
                });
            }
        }

        return ValueTask.FromResult(response);
    }

    /// <inheritdoc/>
    protected override DescribeClusterResponse OnError(RequestContext context, DescribeClusterRequest request, ErrorCode error)
        => Failed(request, error, error.Info().Message);

    private static DescribeClusterResponse Failed(DescribeClusterRequest request, ErrorCode error, string? message)
        => new() { ErrorCode = error, ErrorMessage = message, EndpointType = request.EndpointType, ClusterId = "" };
}
