using Kafka.Modular.Controller;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Cluster;

/// <summary>UpdateFeatures (KIP-584), decided by the controller. Up to version 1 each feature has a result of its own, once all have succeeded.</summary>
public sealed class UpdateFeaturesHandler(HandlerServices services, MetadataController controller)
    : Handler<UpdateFeaturesRequest, UpdateFeaturesResponse>(services)
{
    private const short LastVersionWithResults = 1;

    /// <inheritdoc/>
    protected override async ValueTask<UpdateFeaturesResponse> HandleAsync(RequestContext context, UpdateFeaturesRequest request)
    {
        var response = await controller.UpdateFeaturesAsync(request, context.Cancellation) ?? OnError(context, request, ErrorCode.NotController);
        if (context.ApiVersion <= LastVersionWithResults && response.ErrorCode == ErrorCode.None)
        {
            response.Results.AddRange(request.FeatureUpdates.Select(static update => new UpdateFeaturesResponse.UpdatableFeatureResult
            {
                Feature = update.Feature, ErrorMessage = "NONE",
            }));
        }

        return response;
    }

    /// <inheritdoc/>
    protected override UpdateFeaturesResponse OnError(RequestContext context, UpdateFeaturesRequest request, ErrorCode error)
        => new() { ErrorCode = error, ErrorMessage = error.Info().Message };
}
