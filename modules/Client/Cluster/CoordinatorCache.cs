using System.Collections.Concurrent;
using Kafka.Modular.Client.Connections;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Client.Cluster;

/// <summary>Which node coordinates what, as far as it was asked for. Safe to use from any thread.</summary>
internal sealed class CoordinatorCache
{
    private readonly ConcurrentDictionary<RequestTarget.Coordinator, ClusterNode> _nodes = new();

    public void Forget(RequestTarget.Coordinator coordinator) => _nodes.TryRemove(coordinator, out _);

    /// <summary>The node of a coordinator.</summary>
    /// <exception cref="KafkaClientException">There is none now (COORDINATOR_NOT_AVAILABLE), or the caller may not ask.</exception>
    public async ValueTask<ClusterNode> FindAsync(ClusterClient client, RequestTarget.Coordinator target, CancellationToken cancellationToken)
    {
        if (_nodes.TryGetValue(target, out var known))
        {
            return known;
        }

        var connection = await client.Links.ConnectToAnyAsync(cancellationToken);
        var request = new FindCoordinatorRequest { KeyType = (sbyte)target.Type };
        var isBatched = connection.Versions.Choose(ApiKey.FindCoordinator) >= 4;
        if (isBatched)
        {
            request.CoordinatorKeys = [target.Key];
        }
        else
        {
            request.Key = target.Key;
        }

        var response = await connection.SendAsync(request, SendOptions.Default, cancellationToken);
        var node = isBatched
            ? Read(response.Coordinators.Find(found => found.Key == target.Key), target)
            : Checked(response.ErrorCode, response.ErrorMessage, response.NodeId, response.Host, response.Port);
        _nodes[target] = node;
        return node;
    }

    private static ClusterNode Read(FindCoordinatorResponse.Coordinator? found, RequestTarget.Coordinator target) => found is null
        ? throw new KafkaClientException(ErrorCode.CoordinatorNotAvailable, $"The broker named no coordinator for {target.Key}.")
        : Checked(found.ErrorCode, found.ErrorMessage, found.NodeId, found.Host, found.Port);

    private static ClusterNode Checked(ErrorCode error, string? message, int nodeId, string host, int port) => error == ErrorCode.None
        ? new ClusterNode(nodeId, new BrokerAddress(host, port))
        : throw new KafkaClientException(error, string.IsNullOrEmpty(message) ? null : message);
}
