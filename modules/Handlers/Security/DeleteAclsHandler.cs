using Kafka.Modular.Controller;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Handlers.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Security;

/// <summary>DeleteAcls (KIP-140), decided by the controller; answered once the authorizer of this broker goes by it.</summary>
public sealed class DeleteAclsHandler(HandlerServices services, MetadataController controller, MetadataWaits waits)
    : Handler<DeleteAclsRequest, DeleteAclsResponse>(services)
{
    /// <inheritdoc/>
    protected override void Check(DeleteAclsRequest request)
    {
        if (request.Filters.Exists(static filter => filter is { ResourceTypeFilter: 0 } or { PatternTypeFilter: 0 } or { Operation: 0 } or { PermissionType: 0 }))
            throw new ProtocolException("Filters contain UNKNOWN elements");
    }

    /// <inheritdoc/>
    protected override async ValueTask<DeleteAclsResponse> HandleAsync(RequestContext context, DeleteAclsRequest request)
    {
        if (AclRequests.Check(Services, context, AclOperation.Alter) is { IsRefused: true } refusal)
            return Failed(request, refusal);
        if (await controller.DeleteAclsAsync(request, context.Cancellation) is not { } deleted)
            return OnError(context, request, ErrorCode.NotController);
        await waits.UntilPublishedAsync(image => image.Provenance.LastContainedOffset >= deleted.LastOffset, context.Cancellation);
        return deleted.Response;
    }

    /// <inheritdoc/>
    protected override DeleteAclsResponse OnError(RequestContext context, DeleteAclsRequest request, ErrorCode error) => Failed(request, AclRequests.RefusalOf(error));

    private static DeleteAclsResponse Failed(DeleteAclsRequest request, Refusal refusal) => new()
    {
        FilterResults = [.. request.Filters.Select(_ => new DeleteAclsResponse.DeleteAclsFilterResult { ErrorCode = refusal.Error, ErrorMessage = refusal.Message })],
    };
}
