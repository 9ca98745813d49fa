using Kafka.Modular.Controller;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Configs;

/// <summary>AlterConfigs (KIP-133), which replaces all values of a resource: a broker's are checked here, and the controller decides.</summary>
public sealed class AlterConfigsHandler(HandlerServices services, MetadataController controller, ConfigPreprocessing preprocessing)
    : Handler<AlterConfigsRequest, AlterConfigsResponse>(services)
{
    /// <inheritdoc/>
    protected override async ValueTask<AlterConfigsResponse> HandleAsync(RequestContext context, AlterConfigsRequest request)
    {
        var settled = preprocessing.Settle(request, (type, name) => ConfigAccess.CheckAlter(Services.Access, context, type, name));
        var rest = new AlterConfigsRequest { ValidateOnly = request.ValidateOnly, Resources = [.. request.Resources.Where((_, index) => settled[index] is null)] };
        var decided = rest.Resources.Count == 0 ? new AlterConfigsResponse() : await controller.ReplaceConfigsAsync(rest, context.Cancellation);
        if (decided is null)
        {
            return OnError(context, request, ErrorCode.NotController);
        }

        var response = new AlterConfigsResponse();
        foreach (var (index, resource) in request.Resources.Index())
        {
            response.Responses.Add(settled[index] is { } refusal
                ? Answer(resource, refusal)
                : decided.Responses.First(each => each.ResourceType == resource.ResourceType && string.Equals(each.ResourceName, resource.ResourceName, StringComparison.Ordinal)));
        }

        return response;
    }

    /// <inheritdoc/>
    protected override AlterConfigsResponse OnError(RequestContext context, AlterConfigsRequest request, ErrorCode error)
        => new() { Responses = [.. request.Resources.Select(resource => Answer(resource, new Refusal(error, error.Info().Message)))] };

    private static AlterConfigsResponse.AlterConfigsResourceResponse Answer(AlterConfigsRequest.AlterConfigsResource resource, Refusal refusal)
        => new() { ResourceType = resource.ResourceType, ResourceName = resource.ResourceName, ErrorCode = refusal.Error, ErrorMessage = refusal.Message };
}
