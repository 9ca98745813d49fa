using Kafka.Modular.Controller;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Partitions;

/// <summary>AlterPartitionReassignments (KIP-455), decided by the controller.</summary>
public sealed class AlterPartitionReassignmentsHandler(HandlerServices services, MetadataController controller)
    : Handler<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>(services)
{
    /// <inheritdoc/>
    protected override async ValueTask<AlterPartitionReassignmentsResponse> HandleAsync(RequestContext context, AlterPartitionReassignmentsRequest request)
        => Services.Access.CheckCluster(context, AclOperation.Alter) is { IsRefused: true } refusal
            ? Failed(request, refusal)
            : await controller.AlterReassignmentsAsync(request, context.Cancellation) ?? OnError(context, request, ErrorCode.NotController);

    /// <inheritdoc/>
    protected override AlterPartitionReassignmentsResponse OnError(RequestContext context, AlterPartitionReassignmentsRequest request, ErrorCode error)
        => Failed(request, new Refusal(error, error.Info().Message));

    private static AlterPartitionReassignmentsResponse Failed(AlterPartitionReassignmentsRequest request, Refusal refusal) => new()
    {
        ErrorCode = refusal.Error,
        ErrorMessage = refusal.Message,
        Responses =
        [
            .. request.Topics.Select(topic => new AlterPartitionReassignmentsResponse.ReassignableTopicResponse
            {
                Name = topic.Name,
                Partitions =
                [
                    .. topic.Partitions.Select(partition => new AlterPartitionReassignmentsResponse.ReassignablePartitionResponse
                    {
                        PartitionIndex = partition.PartitionIndex, ErrorCode = refusal.Error, ErrorMessage = refusal.Message,
                    }),
                ],
            }),
        ],
    };
}
