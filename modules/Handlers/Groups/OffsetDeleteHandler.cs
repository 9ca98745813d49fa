using Kafka.Modular.Groups;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Groups;

/// <summary>OffsetDelete (KIP-496): topics and partitions that do not exist have their own error, the rest goes to the group's coordinator.</summary>
public sealed class OffsetDeleteHandler(HandlerServices services, GroupCoordinator groups, MetadataCache metadata)
    : Handler<OffsetDeleteRequest, OffsetDeleteResponse>(services)
{
    /// <inheritdoc/>
    protected override async ValueTask<OffsetDeleteResponse> HandleAsync(RequestContext context, OffsetDeleteRequest request)
    {
        if (!Services.Access.Allows(context.Identity, AclOperation.Delete, ResourceType.Group, request.GroupId))
        {
            return OnError(context, request, ErrorCode.GroupAuthorizationFailed);
        }

        var image = metadata.Image;
        var refused = Services.Access.TakeRefused(context, AclOperation.Read, ResourceType.Topic, request.Topics, static topic => topic.Name);
        var unknown = new List<OffsetDeleteResponse.OffsetDeleteResponseTopic>();
        var known = new OffsetDeleteRequest { GroupId = request.GroupId };
        foreach (var topic in request.Topics)
        {
            Sort(image, topic, known.Topics, unknown);
        }

        // The coordinator is asked even where nothing is left: the group may be the wrong one.
        var response = await groups.DeleteOffsetsAsync(known);
        if (response.ErrorCode == ErrorCode.None)
        {
            foreach (var topic in unknown)
            {
                Merge(response, topic);
            }

            response.Topics.AddRange(refused.Select(static topic => Failed(topic.Name, topic.Partitions, ErrorCode.TopicAuthorizationFailed)));
        }

        return response;
    }

    /// <inheritdoc/>
    protected override OffsetDeleteResponse OnError(RequestContext context, OffsetDeleteRequest request, ErrorCode error) => new() { ErrorCode = error };

    private static void Sort(
        MetadataImage image,
        OffsetDeleteRequest.OffsetDeleteRequestTopic topic,
        List<OffsetDeleteRequest.OffsetDeleteRequestTopic> known,
        List<OffsetDeleteResponse.OffsetDeleteResponseTopic> unknown)
    {
        image.Topics.TryGet(topic.Name, out var found);
        var exists = topic.Partitions.ToLookup(partition => found?.TryGetPartition(partition.PartitionIndex, out _) == true);
        if (exists[true].Any())
        {
            known.Add(new OffsetDeleteRequest.OffsetDeleteRequestTopic { Name = topic.Name, Partitions = [.. exists[true]] });
        }

        if (exists[false].Any() || topic.Partitions.Count == 0)
        {
            unknown.Add(Failed(topic.Name, exists[false], ErrorCode.UnknownTopicOrPartition));
        }
    }

    private static OffsetDeleteResponse.OffsetDeleteResponseTopic Failed(
        string topic, IEnumerable<OffsetDeleteRequest.OffsetDeleteRequestPartition> partitions, ErrorCode error) => new()
    {
        Name = topic,
        Partitions =
        [
            .. partitions.Select(partition => new OffsetDeleteResponse.OffsetDeleteResponsePartition
            {
                PartitionIndex = partition.PartitionIndex, ErrorCode = error,
            }),
        ],
    };

    /// <summary>A topic of which some partitions exist is one topic in the answer.</summary>
    private static void Merge(OffsetDeleteResponse response, OffsetDeleteResponse.OffsetDeleteResponseTopic topic)
    {
        if (response.Topics.Find(each => string.Equals(each.Name, topic.Name, StringComparison.Ordinal)) is { } same)
        {
            same.Partitions.AddRange(topic.Partitions);
        }
        else
        {
            response.Topics.Add(topic);
        }
    }
}
