using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Raft.Driver;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Cluster;

/// <summary>DescribeQuorum (KIP-595, KIP-836, KIP-853), answered by this node's replica of the metadata quorum.</summary>
public sealed class DescribeQuorumHandler(HandlerServices services, RaftDriver raft) : Handler<DescribeQuorumRequest, DescribeQuorumResponse>(services)
{
    private const short FirstVersionWithDirectories = 2;

    /// <inheritdoc/>
    protected override async ValueTask<DescribeQuorumResponse> HandleAsync(RequestContext context, DescribeQuorumRequest request)
    {
        if (!Services.Access.AllowsOnCluster(context.Identity, AclOperation.Describe))
        {
            return OnError(context, request, ErrorCode.ClusterAuthorizationFailed);
        }

        var response = (DescribeQuorumResponse)await raft.HandleAsync(request, context.Connection.Listener.Name, context.Cancellation);
        if (response.ErrorCode != ErrorCode.None)
        {
            response.ErrorMessage ??= response.ErrorCode.Info().Message;
        }

        foreach (var partition in response.Topics.SelectMany(static topic => topic.Partitions))
        {
            if (partition.ErrorCode != ErrorCode.None)
            {
                partition.ErrorMessage = partition.ErrorCode.Info().Message;
            }
        }

        if (context.ApiVersion < FirstVersionWithDirectories)
        {
            response.Nodes.Clear();
            foreach (var replica in response.Topics.SelectMany(static topic => topic.Partitions).SelectMany(static each => each.CurrentVoters.Concat(each.Observers)))
            {
                replica.ReplicaDirectoryId = default;
            }
        }

        return response;
    }

    /// <inheritdoc/>
    protected override DescribeQuorumResponse OnError(RequestContext context, DescribeQuorumRequest request, ErrorCode error)
        => new() { ErrorCode = error, ErrorMessage = error.Info().Message };
}
