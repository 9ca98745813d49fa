using Kafka.Modular.Groups;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Groups;

/// <summary>
/// FindCoordinator: the node that leads the partition which a group lives in. The first request for a group creates the offsets topic.
/// Transactions (type 1) and share-group state (type 2) are not coordinated by this version: the error for them is not retriable.
/// </summary>
public sealed class FindCoordinatorHandler(HandlerServices services, GroupCoordinator groups, MetadataCache metadata, IInternalTopics internalTopics)
    : Handler<FindCoordinatorRequest, FindCoordinatorResponse>(services)
{
    private const sbyte GroupType = 0;
    private const sbyte TransactionType = 1;
    private const sbyte ShareType = 2;
    private const short FirstVersionWithManyKeys = 4;
    private const short FirstVersionWithShares = 6;

    /// <inheritdoc/>
    protected override ValueTask<FindCoordinatorResponse> HandleAsync(RequestContext context, FindCoordinatorRequest request)
    {
        if (request.KeyType == ShareType
            && context.ApiVersion >= FirstVersionWithShares
            && !Services.Access.AllowsOnCluster(context.Identity, AclOperation.ClusterAction))
        {
            return ValueTask.FromResult(OnError(context, request, ErrorCode.ClusterAuthorizationFailed));
        }

        if (context.ApiVersion < FirstVersionWithManyKeys)
        {
            var found = Find(context, request.KeyType, request.Key);
            return ValueTask.FromResult(new FindCoordinatorResponse
            {
                ErrorCode = found.ErrorCode,
                // As in Kafka: below version 4 success has a message, too.
                ErrorMessage = found.ErrorCode == ErrorCode.None ? found.ErrorCode.Info().Name : found.ErrorMessage,
                NodeId = found.NodeId,
                Host = found.Host,
                Port = found.Port,
            });
        }

        var response = new FindCoordinatorResponse();
        foreach (var key in request.CoordinatorKeys)
        {
            response.Coordinators.Add(Find(context, request.KeyType, key));
        }

        return ValueTask.FromResult(response);
    }

    /// <inheritdoc/>
    protected override FindCoordinatorResponse OnError(RequestContext context, FindCoordinatorRequest request, ErrorCode error)
    {
        if (context.ApiVersion >= FirstVersionWithManyKeys)
        {
            return new FindCoordinatorResponse { Coordinators = [.. request.CoordinatorKeys.Select(key => None(key, error, null))] };
        }

        return new FindCoordinatorResponse { ErrorCode = error, ErrorMessage = error.Info().Message, NodeId = new BrokerId(-1), Port = -1, Host = "" };
    }

    private static FindCoordinatorResponse.Coordinator None(string key, ErrorCode error, string? message) => new()
    {
        Key = key, NodeId = new BrokerId(-1), Host = "", Port = -1, ErrorCode = error, ErrorMessage = message ?? error.Info().Message,
    };

    private FindCoordinatorResponse.Coordinator Find(RequestContext context, sbyte type, string key)
    {
        switch (type)
        {
            case GroupType when !Services.Access.Allows(context.Identity, AclOperation.Describe, ResourceType.Group, key):
                return None(key, ErrorCode.GroupAuthorizationFailed, null);
            case GroupType:
                return FindGroup(context, key);
            case TransactionType when !Services.Access.Allows(context.Identity, AclOperation.Describe, ResourceType.TransactionalId, key):
                return None(key, ErrorCode.TransactionalIdAuthorizationFailed, null);
            case TransactionType:
                return None(key, ErrorCode.TransactionalIdAuthorizationFailed, "Transactions are not served by this broker.");
            case ShareType when context.ApiVersion >= FirstVersionWithShares:
                return None(key, ErrorCode.InvalidRequest, "Share groups are not served by this broker.");
            default:
                return None(key, ErrorCode.InvalidRequest, $"Unknown coordinator type {type}.");
        }
    }

    private FindCoordinatorResponse.Coordinator FindGroup(RequestContext context, string groupId)
    {
        var image = metadata.Image;
        if (!image.Topics.TryGet(GroupCoordinator.OffsetsTopic, out var offsets))
        {
            internalTopics.RequestCreation(GroupCoordinator.OffsetsTopic);
            return None(groupId, ErrorCode.CoordinatorNotAvailable, null);
        }

        if (offsets.Partition(groups.PartitionFor(groupId)) is not { HasLeader: true } partition
            || !image.Cluster.TryGetBroker(partition.Leader, out var broker)
            || broker.IsFenced
            || broker.Endpoint(context.Connection.Listener.Name) is not { } endpoint)
        {
            return None(groupId, ErrorCode.CoordinatorNotAvailable, null);
        }

        return new FindCoordinatorResponse.Coordinator
        {
            Key = groupId, NodeId = new BrokerId(broker.Id), Host = endpoint.Host, Port = endpoint.Port,
        };
    }
}
