using Kafka.Modular.Groups;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Groups;

/// <summary>OffsetDelete (KIP-496): topics and partitions that do not exist have their own error, the rest goes to the group's coordinator.</summary>
public sealed class OffsetDeleteHandler(HandlerServices services, GroupCoordinator groups, MetadataCache metadata)
    : Handler<OffsetDeleteRequest, OffsetDeleteResponse>(services)
{
    /// <inheritdoc/>
    protected override async ValueTask<OffsetDeleteResponse> HandleAsync(RequestContext context, OffsetDeleteRequest request)
    {
        var image = metadata.Image;
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
            unknown.Add(new OffsetDeleteResponse.OffsetDeleteResponseTopic
            {
                Name = topic.Name,
                Partitions =
                [
                    .. exists[false].Select(static partition => new OffsetDeleteResponse.OffsetDeleteResponsePartition
                    {
                        PartitionIndex = partition.PartitionIndex, ErrorCode = ErrorCode.UnknownTopicOrPartition,
                    }),
                ],
            });
        }
    }

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
