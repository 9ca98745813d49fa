using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Cluster;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Topics;

/// <summary>
/// Metadata: the live brokers, and topics by name, by id (KIP-516) or all of them, as the client's listener reaches them. Asks for topics that do not
/// exist to be created where the client, its permissions and the configuration allow it. Whether a topic exists that the client may not describe is not told.
/// </summary>
public sealed class MetadataHandler(HandlerServices services, MetadataCache metadata, AutoTopicCreation autoCreation, ClusterIdentity identity)
    : Handler<MetadataRequest, MetadataResponse>(services)
{
    private const short FirstVersionWithNullForAll = 1;
    private const short FirstVersionWithListenerErrors = 6;
    private const short FirstVersionWithUsableIds = 12;

    /// <inheritdoc/>
    protected override ValueTask<MetadataResponse> HandleAsync(RequestContext context, MetadataRequest request)
    {
        if (context.ApiVersion < FirstVersionWithUsableIds && request.Topics?.Exists(static topic => topic.Name is null || topic.TopicId != Uuid.Zero) == true)
        {
            return ValueTask.FromResult(OnError(context, request, ErrorCode.InvalidRequest));
        }

        var image = metadata.Image;
        var response = new MetadataResponse
        {
            ClusterId = identity.ClusterId,
            ControllerId = new BrokerId(LiveBroker(image)),
            ClusterAuthorizedOperations = request.IncludeClusterAuthorizedOperations ? AuthorizedOperations.OnCluster(Services, context) : AuthorizedOperations.NotRequested,
        };
        foreach (var broker in image.Cluster.Brokers.Values)
        {
            if (!broker.IsFenced && broker.Endpoint(context.Connection.Listener.Name) is { } endpoint)
            {
                response.Brokers.Add(new MetadataResponse.MetadataResponseBroker
                {
                    NodeId = new BrokerId(broker.Id), Host = endpoint.Host, Port = endpoint.Port, Rack = broker.Rack,
                });
            }
        }

        var all = request.Topics is null || (context.ApiVersion < FirstVersionWithNullForAll && request.Topics.Count == 0);
        var describable = new AllowedNames(Services.Access, context, AclOperation.Describe, ResourceType.Topic, logsDenial: !all);
        var topics = all
            ? image.Topics.ByName.Values.Where(topic => describable.Allows(topic.Name)).Select(topic => Describe(context, image, topic))
            : request.Topics!.DistinctBy(static topic => (topic.Name, topic.TopicId)).Select(topic => Find(context, request, image, describable, topic));
        foreach (var topic in topics)
        {
            topic.TopicAuthorizedOperations = request.IncludeTopicAuthorizedOperations && topic.Name is not null && topic.ErrorCode != ErrorCode.TopicAuthorizationFailed
                ? AuthorizedOperations.OnTopic(Services, context, topic.Name)
                : AuthorizedOperations.NotRequested;
            response.Topics.Add(topic);
        }

        return ValueTask.FromResult(response);
    }

    /// <inheritdoc/>
    protected override MetadataResponse OnError(RequestContext context, MetadataRequest request, ErrorCode error)
    {
        var response = new MetadataResponse { ErrorCode = error };
        foreach (var topic in request.Topics ?? [])
        {
            response.Topics.Add(new MetadataResponse.MetadataResponseTopic
            {
                ErrorCode = error,
                Name = topic.Name ?? (context.ApiVersion < FirstVersionWithUsableIds ? "" : null),
                TopicId = topic.TopicId,
            });
        }

        return response;
    }

    /// <summary>Every broker takes requests for the controller and passes them on; this one is as good as any.</summary>
    private int LiveBroker(MetadataImage image)
        => image.Cluster.IsAlive(identity.BrokerId)
            ? identity.BrokerId
            : image.Cluster.Brokers.Values.Where(static broker => !broker.IsFenced).Select(static broker => broker.Id).DefaultIfEmpty(-1).First();

    private MetadataResponse.MetadataResponseTopic Find(
        RequestContext context, MetadataRequest request, MetadataImage image, AllowedNames describable, MetadataRequest.MetadataRequestTopic asked)
    {
        if (asked.Name is null || asked.TopicId != Uuid.Zero)
        {
            return !image.Topics.TryGet(asked.TopicId, out var byId) ? Failed(null, asked.TopicId, ErrorCode.UnknownTopicId)
                : describable.Allows(byId.Name) ? Describe(context, image, byId)
                : Failed(null, asked.TopicId, ErrorCode.TopicAuthorizationFailed);
        }

        if (!describable.Allows(asked.Name))
        {
            return Failed(asked.Name, Uuid.Zero, ErrorCode.TopicAuthorizationFailed);
        }

        if (image.Topics.TryGet(asked.Name, out var topic))
        {
            return Describe(context, image, topic);
        }

        var missing = Failed(asked.Name, Uuid.Zero, MissingTopicError(context, request, asked.Name));
        missing.IsInternal = InternalTopicNames.Contains(asked.Name);
        return missing;
    }

    private static MetadataResponse.MetadataResponseTopic Failed(string? name, Uuid id, ErrorCode error) => new() { Name = name, TopicId = id, ErrorCode = error };

    private ErrorCode MissingTopicError(RequestContext context, MetadataRequest request, string name)
    {
        if (request.AllowAutoTopicCreation
            && autoCreation.IsEnabled
            && !Services.Access.AllowsOnCluster(context.Identity, AclOperation.Create, logsDenial: false)
            && !Services.Access.Allows(context.Identity, AclOperation.Create, ResourceType.Topic, name))
        {
            return ErrorCode.TopicAuthorizationFailed;
        }

        return Controller.Topics.TopicNames.Validate(name).IsRefused ? ErrorCode.InvalidTopicException
            : request.AllowAutoTopicCreation && !InternalTopicNames.Contains(name) ? autoCreation.Request(name)
            : ErrorCode.UnknownTopicOrPartition;
    }

    private static MetadataResponse.MetadataResponseTopic Describe(RequestContext context, MetadataImage image, TopicImage topic)
    {
        var described = new MetadataResponse.MetadataResponseTopic { Name = topic.Name, TopicId = topic.Id, IsInternal = InternalTopicNames.Contains(topic.Name) };
        foreach (var (index, partition) in topic.Partitions)
        {
            described.Partitions.Add(new MetadataResponse.MetadataResponsePartition
            {
                PartitionIndex = index,
                ErrorCode = LeaderError(context, image.Cluster, partition, out var leader),
                LeaderId = new BrokerId(leader),
                LeaderEpoch = partition.LeaderEpoch,
                ReplicaNodes = [.. partition.Replicas.Select(static id => new BrokerId(id))],
                IsrNodes = [.. partition.Isr.Select(static id => new BrokerId(id))],
                OfflineReplicas = [.. partition.Replicas.Where(id => !image.Cluster.IsAlive(id)).Select(static id => new BrokerId(id))],
            });
        }

        return described;
    }

    private static ErrorCode LeaderError(RequestContext context, ClusterImage cluster, PartitionRegistration partition, out int leader)
    {
        leader = partition.Leader;
        if (partition.HasLeader && cluster.TryGetBroker(partition.Leader, out var broker) && !broker.IsFenced)
        {
            if (broker.Endpoint(context.Connection.Listener.Name) is not null)
            {
                return ErrorCode.None;
            }

            leader = PartitionRegistration.NoLeader;
            return context.ApiVersion >= FirstVersionWithListenerErrors ? ErrorCode.ListenerNotFound : ErrorCode.LeaderNotAvailable;
        }

        leader = PartitionRegistration.NoLeader;
        return ErrorCode.LeaderNotAvailable;
    }
}
