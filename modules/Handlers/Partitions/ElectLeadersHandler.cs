using Kafka.Modular.Controller;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Handlers.Topics;
using Kafka.Modular.Metadata;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Partitions;

/// <summary>ElectLeaders (KIP-183, KIP-460), decided by the controller. Answered once this broker has heard of the new leaders.</summary>
public sealed class ElectLeadersHandler(HandlerServices services, MetadataController controller, MetadataWaits waits)
    : Handler<ElectLeadersRequest, ElectLeadersResponse>(services)
{
    private const short FirstVersionWithError = 1;

    /// <inheritdoc/>
    protected override async ValueTask<ElectLeadersResponse> HandleAsync(RequestContext context, ElectLeadersRequest request)
    {
        if (Services.Access.CheckCluster(context, AclOperation.Alter) is { IsRefused: true } refusal)
        {
            return Failed(context, request, refusal);
        }

        var response = await controller.ElectLeadersAsync(request, context.Cancellation);
        if (response is null)
        {
            return OnError(context, request, ErrorCode.NotController);
        }

        var elected = response.ReplicaElectionResults
            .SelectMany(static topic => topic.PartitionResult.Where(static each => each.ErrorCode == ErrorCode.None).Select(each => (topic.Topic, each.PartitionId)))
            .ToList();
        if (elected.Count > 0)
        {
            await waits.UntilServedAsync(
                image => elected.TrueForAll(each => HasLeader(image, each.Topic, each.PartitionId)),
                request.TimeoutMs,
                context.Cancellation);
        }

        return response;
    }

    /// <inheritdoc/>
    protected override ElectLeadersResponse OnError(RequestContext context, ElectLeadersRequest request, ErrorCode error)
        => Failed(context, request, new Refusal(error, error.Info().Message));

    private static ElectLeadersResponse Failed(RequestContext context, ElectLeadersRequest request, Refusal refusal)
    {
        var response = new ElectLeadersResponse { ErrorCode = context.ApiVersion >= FirstVersionWithError ? refusal.Error : ErrorCode.None };
        foreach (var topic in request.TopicPartitions ?? [])
        {
            response.ReplicaElectionResults.Add(new ElectLeadersResponse.ReplicaElectionResult
            {
                Topic = topic.Topic,
                PartitionResult =
                [
                    .. topic.Partitions.Select(partition => new ElectLeadersResponse.PartitionResult
                    {
                        PartitionId = partition, ErrorCode = refusal.Error, ErrorMessage = refusal.Message,
                    }),
                ],
            });
        }

        return response;
    }

    private static bool HasLeader(MetadataImage image, string topic, int partition) => image.Topics.Partition(topic, partition) is null or { HasLeader: true };
}
