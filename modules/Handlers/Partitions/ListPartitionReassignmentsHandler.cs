using Kafka.Modular.Controller;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Partitions;

/// <summary>ListPartitionReassignments (KIP-455), answered by the controller: it knows of each as soon as it has decided it.</summary>
public sealed class ListPartitionReassignmentsHandler(HandlerServices services, MetadataController controller)
    : Handler<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>(services)
{
    /// <inheritdoc/>
    protected override async ValueTask<ListPartitionReassignmentsResponse> HandleAsync(RequestContext context, ListPartitionReassignmentsRequest request)
        => Services.Access.CheckCluster(context, AclOperation.Describe) is { IsRefused: true } refusal
            ? Failed(request, refusal)
            : await controller.ListReassignmentsAsync(request, context.Cancellation) ?? OnError(context, request, ErrorCode.NotController);

    /// <inheritdoc/>
    protected override ListPartitionReassignmentsResponse OnError(RequestContext context, ListPartitionReassignmentsRequest request, ErrorCode error)
        => Failed(request, new Refusal(error, error.Info().Message));

    private static ListPartitionReassignmentsResponse Failed(ListPartitionReassignmentsRequest request, Refusal refusal) => new()
    {
        ErrorCode = refusal.Error,
        ErrorMessage = refusal.Message,
        Topics =
        [
            .. (request.Topics ?? []).Select(static topic => new ListPartitionReassignmentsResponse.OngoingTopicReassignment
            {
                Name = topic.Name,
                Partitions =
                [
                    .. topic.PartitionIndexes.Select(static index => new ListPartitionReassignmentsResponse.OngoingPartitionReassignment { PartitionIndex = index }),
                ],
            }),
        ],
    };
}
