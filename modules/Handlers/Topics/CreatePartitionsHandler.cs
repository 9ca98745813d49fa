using Kafka.Modular.Controller;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Topics;

/// <summary>CreatePartitions (KIP-195), decided by the controller. Answered once the partitions are committed and this broker serves its part of them.</summary>
public sealed class CreatePartitionsHandler(HandlerServices services, MetadataController controller, MetadataWaits waits)
    : Handler<CreatePartitionsRequest, CreatePartitionsResponse>(services)
{
    /// <inheritdoc/>
    protected override async ValueTask<CreatePartitionsResponse> HandleAsync(RequestContext context, CreatePartitionsRequest request)
    {
        // A topic that is named twice is refused for that, whoever names it.
        var twice = request.Topics.CountBy(static topic => topic.Name, StringComparer.Ordinal).Where(static name => name.Value > 1).Select(static name => name.Key)
            .ToHashSet(StringComparer.Ordinal);
        var once = request.Topics.FindAll(topic => !twice.Contains(topic.Name));
        var refused = Services.Access.TakeRefused(context, AclOperation.Alter, ResourceType.Topic, once, static topic => topic.Name);
        request.Topics.RemoveAll(refused.Contains);
        var response = await controller.CreatePartitionsAsync(request, context.Cancellation) ?? OnError(context, request, ErrorCode.NotController);

        var counts = request.Topics.Where(topic => response.Results.Exists(result => result.ErrorCode == ErrorCode.None && string.Equals(result.Name, topic.Name, StringComparison.Ordinal)))
            .Select(static topic => (topic.Name, topic.Count))
            .ToList();
        if (counts.Count > 0 && !request.ValidateOnly)
        {
            await waits.UntilServedAsync(
                image => counts.TrueForAll(each => image.Topics.TryGet(each.Name, out var topic) && topic.PartitionCount >= each.Count),
                request.TimeoutMs,
                context.Cancellation);
        }

        response.Results.AddRange(refused.Select(static topic => new CreatePartitionsResponse.CreatePartitionsTopicResult
        {
            Name = topic.Name, ErrorCode = ErrorCode.TopicAuthorizationFailed, ErrorMessage = null,
        }));
        return response;
    }

    /// <inheritdoc/>
    protected override CreatePartitionsResponse OnError(RequestContext context, CreatePartitionsRequest request, ErrorCode error)
    {
        var response = new CreatePartitionsResponse();
        response.Results.AddRange(request.Topics.Select(topic => new CreatePartitionsResponse.CreatePartitionsTopicResult
        {
            Name = topic.Name, ErrorCode = error, ErrorMessage = error.Info().Message,
        }));
        return response;
    }
}
