using Kafka.Modular.Controller;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Configs;

/// <summary>IncrementalAlterConfigs (KIP-339), decided by the controller.</summary>
public sealed class IncrementalAlterConfigsHandler(HandlerServices services, MetadataController controller)
    : Handler<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(services)
{
    /// <inheritdoc/>
    protected override async ValueTask<IncrementalAlterConfigsResponse> HandleAsync(RequestContext context, IncrementalAlterConfigsRequest request)
        => await controller.AlterConfigsAsync(request, context.Cancellation) ?? OnError(context, request, ErrorCode.NotController);

    /// <inheritdoc/>
    protected override IncrementalAlterConfigsResponse OnError(RequestContext context, IncrementalAlterConfigsRequest request, ErrorCode error)
    {
        var response = new IncrementalAlterConfigsResponse();
        response.Responses.AddRange(request.Resources.Select(resource => new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse
        {
            ResourceType = resource.ResourceType, ResourceName = resource.ResourceName, ErrorCode = error, ErrorMessage = error.Info().Message,
        }));
        return response;
    }
}
