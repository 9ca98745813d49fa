using Kafka.Modular.Controller;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Configs;

/// <summary>IncrementalAlterConfigs (KIP-339): what concerns this broker alone is settled here, the rest by the controller.</summary>
public sealed class IncrementalAlterConfigsHandler(HandlerServices services, MetadataController controller, ConfigPreprocessing preprocessing)
    : Handler<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(services)
{
    /// <inheritdoc/>
    protected override async ValueTask<IncrementalAlterConfigsResponse> HandleAsync(RequestContext context, IncrementalAlterConfigsRequest request)
    {
        var settled = preprocessing.Settle(request, (type, name) => ConfigAccess.CheckAlter(Services.Access, context, type, name));
        var rest = new IncrementalAlterConfigsRequest { ValidateOnly = request.ValidateOnly, Resources = [.. request.Resources.Where((_, index) => settled[index] is null)] };
        var decided = rest.Resources.Count == 0 ? new IncrementalAlterConfigsResponse() : await controller.AlterConfigsAsync(rest, context.Cancellation);
        if (decided is null)
        {
            return OnError(context, request, ErrorCode.NotController);
        }

        var response = new IncrementalAlterConfigsResponse();
        foreach (var (index, resource) in request.Resources.Index())
        {
            response.Responses.Add(settled[index] is { } refusal
                ? Answer(resource, refusal)
                : decided.Responses.First(each => each.ResourceType == resource.ResourceType && string.Equals(each.ResourceName, resource.ResourceName, StringComparison.Ordinal)));
        }

        return response;
    }

    /// <inheritdoc/>
    protected override IncrementalAlterConfigsResponse OnError(RequestContext context, IncrementalAlterConfigsRequest request, ErrorCode error)
        => new() { Responses = [.. request.Resources.Select(resource => Answer(resource, new Refusal(error, error.Info().Message)))] };

    private static IncrementalAlterConfigsResponse.AlterConfigsResourceResponse Answer(IncrementalAlterConfigsRequest.AlterConfigsResource resource, Refusal refusal)
        => new() { ResourceType = resource.ResourceType, ResourceName = resource.ResourceName, ErrorCode = refusal.Error, ErrorMessage = refusal.Message };
}
