using Kafka.Modular.Configuration;
using Kafka.Modular.Controller;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Topics;

/// <summary>DeleteTopics by name or id (KIP-516), decided by the controller. Answered once the deletion is committed and this broker's replicas are gone.</summary>
public sealed class DeleteTopicsHandler(
    HandlerServices services, MetadataController controller, MetadataWaits waits, ISettings<ControllerSettings> settings)
    : Handler<DeleteTopicsRequest, DeleteTopicsResponse>(services)
{
    private const short FirstVersionWithDisabledError = 3;

    /// <inheritdoc/>
    protected override async ValueTask<DeleteTopicsResponse> HandleAsync(RequestContext context, DeleteTopicsRequest request)
    {
        if (!settings.Current.DeleteTopicEnable)
        {
            return OnError(
                context, request, context.ApiVersion < FirstVersionWithDisabledError ? ErrorCode.InvalidRequest : ErrorCode.TopicDeletionDisabled);
        }

        var response = await controller.DeleteTopicsAsync(request, context.Cancellation);
        if (response is null)
        {
            return OnError(context, request, ErrorCode.NotController);
        }

        List<Uuid> deleted = [.. response.Responses.Where(static topic => topic.ErrorCode == ErrorCode.None).Select(static topic => topic.TopicId)];
        if (deleted.Count > 0)
        {
            await waits.UntilAsync(
                image => deleted.TrueForAll(id => !image.Topics.TryGet(id, out _)), TimeSpan.FromMilliseconds(Math.Max(request.TimeoutMs, 0)), context.Cancellation);
        }

        return response;
    }

    /// <inheritdoc/>
    protected override DeleteTopicsResponse OnError(RequestContext context, DeleteTopicsRequest request, ErrorCode error)
    {
        var response = new DeleteTopicsResponse();
        response.Responses.AddRange(request.Topics.Select(topic => Failed(topic.Name, topic.TopicId, error)));
        response.Responses.AddRange(request.TopicNames.Select(name => Failed(name, Uuid.Zero, error)));
        return response;
    }

    private static DeleteTopicsResponse.DeletableTopicResult Failed(string? name, Uuid id, ErrorCode error)
        => new() { Name = name, TopicId = id, ErrorCode = error, ErrorMessage = error.Info().Message };
}
