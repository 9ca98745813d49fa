using Kafka.Modular.Controller;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Cluster;

/// <summary>UpdateFeatures (KIP-584), decided by the controller. Up to version 1 each feature has a result of its own, once all have succeeded.</summary>
public sealed class UpdateFeaturesHandler(HandlerServices services, MetadataController controller)
    : Handler<UpdateFeaturesRequest, UpdateFeaturesResponse>(services)
{
    private const short LastVersionWithResults = 1;

    /// <inheritdoc/>
    protected override async ValueTask<UpdateFeaturesResponse> HandleAsync(RequestContext context, UpdateFeaturesRequest request)
    {
        if (Services.Access.CheckCluster(context, AclOperation.Alter) is { IsRefused: true } refusal)
        {
            return Failed(refusal);
        }

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
        => Failed(new Refusal(error, error.Info().Message));

    private static UpdateFeaturesResponse Failed(Refusal refusal) => new() { ErrorCode = refusal.Error, ErrorMessage = refusal.Message };
}
