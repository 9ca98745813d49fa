using Kafka.Modular.Configuration;
using Kafka.Modular.Controller;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Topics;

/// <summary>
/// DeleteTopics by name or id (KIP-516), decided by the controller. Answered once the deletion is committed and this broker's replicas are gone. Who may not
/// describe a topic is not told whether it exists, nor its name for its id.
/// </summary>
public sealed class DeleteTopicsHandler(
    HandlerServices services, MetadataController controller, MetadataCache metadata, MetadataWaits waits, ISettings<ControllerSettings> settings)
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

        var refused = Services.Access.AllowsOnCluster(context.Identity, AclOperation.Delete, logsDenial: false) ? [] : TakeRefused(context, request);
        var response = await controller.DeleteTopicsAsync(request, context.Cancellation) ?? OnError(context, request, ErrorCode.NotController);

        List<Uuid> deleted = [.. response.Responses.Where(static topic => topic.ErrorCode == ErrorCode.None).Select(static topic => topic.TopicId)];
        if (deleted.Count > 0)
        {
            await waits.UntilServedAsync(image => deleted.TrueForAll(id => !image.Topics.TryGet(id, out _)), request.TimeoutMs, context.Cancellation);
        }

        response.Responses.AddRange(refused);
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

    /// <summary>
    /// Takes those out of the request that the client may not delete, and says why. What is asked for in no valid way is left to the controller to refuse.
    /// </summary>
    private List<DeleteTopicsResponse.DeletableTopicResult> TakeRefused(RequestContext context, DeleteTopicsRequest request)
    {
        var image = metadata.Image;
        var describable = new AllowedNames(Services.Access, context, AclOperation.Describe, ResourceType.Topic);
        var deletable = new AllowedNames(Services.Access, context, AclOperation.Delete, ResourceType.Topic);
        var refused = new List<DeleteTopicsResponse.DeletableTopicResult>();
        var twice = Twice(request.Topics.Select(static topic => (topic.Name, topic.TopicId)).Concat(request.TopicNames.Select(static name => ((string?)name, Uuid.Zero))));
        request.Topics.RemoveAll(topic => IsRefused(topic.Name, topic.TopicId));
        request.TopicNames.RemoveAll(name => IsRefused(name, Uuid.Zero));
        return refused;

        bool IsRefused(string? name, Uuid id)
        {
            var isValid = (name is null) != (id == Uuid.Zero) && !twice.Contains((name, id));
            var refusal = !isValid ? null : name is null ? CheckById(image, id, describable, deletable) : CheckByName(image, name, describable, deletable);
            if (refusal is not null)
            {
                refused.Add(refusal);
            }

            return refusal is not null;
        }
    }

    private static HashSet<(string? Name, Uuid Id)> Twice(IEnumerable<(string? Name, Uuid Id)> asked)
        => [.. asked.CountBy(static each => each).Where(static each => each.Value > 1).Select(static each => each.Key)];

    private static DeleteTopicsResponse.DeletableTopicResult? CheckById(MetadataImage image, Uuid id, AllowedNames describable, AllowedNames deletable)
        => !image.Topics.TryGet(id, out var topic) ? Failed(null, id, ErrorCode.UnknownTopicId)
            : deletable.Allows(topic.Name) ? null
            : Failed(describable.Allows(topic.Name) ? topic.Name : null, id, ErrorCode.TopicAuthorizationFailed);

    private static DeleteTopicsResponse.DeletableTopicResult? CheckByName(MetadataImage image, string name, AllowedNames describable, AllowedNames deletable)
        => !describable.Allows(name) ? Failed(name, Uuid.Zero, ErrorCode.TopicAuthorizationFailed)
            : deletable.Allows(name) ? null
            : Failed(name, Uuid.Zero, image.Topics.TryGet(name, out _) ? ErrorCode.TopicAuthorizationFailed : ErrorCode.UnknownTopicOrPartition);

    private static DeleteTopicsResponse.DeletableTopicResult Failed(string? name, Uuid id, ErrorCode error)
        => new() { Name = name, TopicId = id, ErrorCode = error, ErrorMessage = error.Info().Message };
}
