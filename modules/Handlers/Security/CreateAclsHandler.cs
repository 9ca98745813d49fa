using Kafka.Modular.Controller;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Handlers.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Security;

/// <summary>CreateAcls (KIP-140), decided by the controller; answered once the authorizer of this broker goes by it.</summary>
public sealed class CreateAclsHandler(HandlerServices services, MetadataController controller, MetadataWaits waits)
    : Handler<CreateAclsRequest, CreateAclsResponse>(services)
{
    /// <inheritdoc/>
    protected override void Check(CreateAclsRequest request)
    {
        if (request.Creations.Exists(static creation => creation is { ResourceType: 0 } or { ResourcePatternType: 0 } or { Operation: 0 } or { PermissionType: 0 }))
            throw new ProtocolException("CreatableAcls contain unknown elements");
    }

    /// <inheritdoc/>
    protected override async ValueTask<CreateAclsResponse> HandleAsync(RequestContext context, CreateAclsRequest request)
    {
        if (AclRequests.Check(Services, context, AclOperation.Alter) is { IsRefused: true } refusal)
            return Failed(request, refusal);

        // Where a filter would mean any Kafka fails without a word.
        if (request.Creations.Exists(static creation => creation is { ResourceType: 1 } or { ResourcePatternType: 1 or 2 } or { Operation: 1 } or { PermissionType: 1 }))
            return Failed(request, new Refusal(ErrorCode.UnknownServerError, Message: null));
        if (await controller.CreateAclsAsync(request, context.Cancellation) is not { } created)
            return OnError(context, request, ErrorCode.NotController);
        await waits.UntilPublishedAsync(image => image.Provenance.LastContainedOffset >= created.LastOffset, context.Cancellation);
        return created.Response;
    }

    /// <inheritdoc/>
    protected override CreateAclsResponse OnError(RequestContext context, CreateAclsRequest request, ErrorCode error) => Failed(request, AclRequests.RefusalOf(error));

    private static CreateAclsResponse Failed(CreateAclsRequest request, Refusal refusal) => new()
    {
        Results = [.. request.Creations.Select(_ => new CreateAclsResponse.AclCreationResult { ErrorCode = refusal.Error, ErrorMessage = refusal.Message })],
    };
}
