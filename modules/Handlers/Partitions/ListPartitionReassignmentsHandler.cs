using Kafka.Modular.Controller;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Partitions;

/// <summary>ListPartitionReassignments (KIP-455), answered by the controller: it knows of each as soon as it has decided it.</summary>
public sealed class ListPartitionReassignmentsHandler(HandlerServices services, MetadataController controller)
    : Handler<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>(services)
{
    /// <inheritdoc/>
    protected override async ValueTask<ListPartitionReassignmentsResponse> HandleAsync(RequestContext context, ListPartitionReassignmentsRequest request)
        => await controller.ListReassignmentsAsync(request, context.Cancellation) ?? OnError(context, request, ErrorCode.NotController);

    /// <inheritdoc/>
    protected override ListPartitionReassignmentsResponse OnError(RequestContext context, ListPartitionReassignmentsRequest request, ErrorCode error)
        => new() { ErrorCode = error, ErrorMessage = error.Info().Message };
}
