using Kafka.Modular.Controller;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Partitions;

/// <summary>AlterPartitionReassignments (KIP-455), decided by the controller.</summary>
public sealed class AlterPartitionReassignmentsHandler(HandlerServices services, MetadataController controller)
    : Handler<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>(services)
{
    /// <inheritdoc/>
    protected override async ValueTask<AlterPartitionReassignmentsResponse> HandleAsync(RequestContext context, AlterPartitionReassignmentsRequest request)
        => await controller.AlterReassignmentsAsync(request, context.Cancellation) ?? OnError(context, request, ErrorCode.NotController);

    /// <inheritdoc/>
    protected override AlterPartitionReassignmentsResponse OnError(RequestContext context, AlterPartitionReassignmentsRequest request, ErrorCode error) => new()
    {
        ErrorCode = error,
        ErrorMessage = error.Info().Message,
        Responses =
        [
            .. request.Topics.Select(topic => new AlterPartitionReassignmentsResponse.ReassignableTopicResponse
            {
                Name = topic.Name,
                Partitions =
                [
                    .. topic.Partitions.Select(partition => new AlterPartitionReassignmentsResponse.ReassignablePartitionResponse
                    {
                        PartitionIndex = partition.PartitionIndex, ErrorCode = error, ErrorMessage = error.Info().Message,
                    }),
                ],
            }),
        ],
    };
}
