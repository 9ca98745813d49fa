using Kafka.Modular.Groups;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Groups;

/// <summary>
/// OffsetCommit: topics and partitions that do not exist have their own error, the rest goes to the group's coordinator. From version 10 topics are
/// named by id (KIP-848).
/// </summary>
public sealed class OffsetCommitHandler(HandlerServices services, GroupCoordinator groups, MetadataCache metadata)
    : Handler<OffsetCommitRequest, OffsetCommitResponse>(services)
{
    private const short FirstVersionWithTopicIds = 10;

    /// <inheritdoc/>
    protected override async ValueTask<OffsetCommitResponse> HandleAsync(RequestContext context, OffsetCommitRequest request)
    {
        if (!Services.Access.Allows(context.Identity, AclOperation.Read, ResourceType.Group, request.GroupId))
        {
            return OnError(context, request, ErrorCode.GroupAuthorizationFailed);
        }

        var image = metadata.Image;
        var readable = new AllowedNames(Services.Access, context, AclOperation.Read, ResourceType.Topic);
        var refused = new List<OffsetCommitResponse.OffsetCommitResponseTopic>();
        var known = new List<OffsetCommitRequest.OffsetCommitRequestTopic>();
        foreach (var topic in request.Topics)
        {
            Sort(image, readable, topic, context.ApiVersion >= FirstVersionWithTopicIds, known, refused);
        }

        if (known.Count == 0)
        {
            return new OffsetCommitResponse { Topics = refused };
        }

        request.Topics = known;
        var response = await groups.CommitOffsetsAsync(GroupCallers.From(context), request);
        foreach (var topic in refused)
        {
            // A topic of which some partitions exist is one topic in the answer.
            var same = response.Topics.Find(each => string.Equals(each.Name, topic.Name, StringComparison.Ordinal) && each.TopicId == topic.TopicId);
            if (same is null)
            {
                response.Topics.Add(topic);
            }
            else
            {
                same.Partitions.AddRange(topic.Partitions);
            }
        }

        return response;
    }

    /// <inheritdoc/>
    protected override OffsetCommitResponse OnError(RequestContext context, OffsetCommitRequest request, ErrorCode error)
        => OffsetCommitErrors.ForAll(request, error);

    private static void Sort(
        MetadataImage image,
        AllowedNames readable,
        OffsetCommitRequest.OffsetCommitRequestTopic topic,
        bool byId,
        List<OffsetCommitRequest.OffsetCommitRequestTopic> known,
        List<OffsetCommitResponse.OffsetCommitResponseTopic> refused)
    {
        var exists = byId ? image.Topics.TryGet(topic.TopicId, out var found) : image.Topics.TryGet(topic.Name, out found);
        var left = new OffsetCommitResponse.OffsetCommitResponseTopic { Name = found?.Name ?? topic.Name, TopicId = topic.TopicId };
        var accepted = new OffsetCommitRequest.OffsetCommitRequestTopic { Name = left.Name, TopicId = byId ? topic.TopicId : default };
        var error = byId && !exists ? ErrorCode.UnknownTopicId
            : readable.Allows(left.Name) ? ErrorCode.UnknownTopicOrPartition
            : ErrorCode.TopicAuthorizationFailed;
        foreach (var partition in topic.Partitions)
        {
            if (error == ErrorCode.UnknownTopicOrPartition && exists && found!.TryGetPartition(partition.PartitionIndex, out _))
            {
                accepted.Partitions.Add(partition);
            }
            else
            {
                left.Partitions.Add(new OffsetCommitResponse.OffsetCommitResponsePartition { PartitionIndex = partition.PartitionIndex, ErrorCode = error });
            }
        }

        if (accepted.Partitions.Count > 0)
        {
            known.Add(accepted);
        }

        if (left.Partitions.Count > 0)
        {
            refused.Add(left);
        }
    }
}
