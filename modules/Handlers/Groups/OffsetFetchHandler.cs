using Kafka.Modular.Groups;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Groups;

/// <summary>
/// OffsetFetch: of one group below version 8, of several from then on (KIP-709), with topic ids from version 10. Each group is asked of its coordinator.
/// </summary>
public sealed class OffsetFetchHandler(HandlerServices services, GroupCoordinator groups, MetadataCache metadata)
    : Handler<OffsetFetchRequest, OffsetFetchResponse>(services)
{
    private const short FirstVersionWithGroupError = 2;
    private const short FirstVersionWithManyGroups = 8;
    private const short FirstVersionWithTopicIds = 10;

    /// <inheritdoc/>
    protected override async ValueTask<OffsetFetchResponse> HandleAsync(RequestContext context, OffsetFetchRequest request)
    {
        if (context.ApiVersion < FirstVersionWithManyGroups)
        {
            var asked = AsGroup(request);
            return AsSingle(context, asked, await FetchAsync(context, asked));
        }

        var fetched = await Task.WhenAll(request.Groups.Select(group => FetchAsync(context, group)));
        return new OffsetFetchResponse { Groups = [.. fetched] };
    }

    /// <inheritdoc/>
    protected override OffsetFetchResponse OnError(RequestContext context, OffsetFetchRequest request, ErrorCode error)
    {
        if (context.ApiVersion < FirstVersionWithManyGroups)
        {
            var asked = AsGroup(request);
            return AsSingle(context, asked, new OffsetFetchResponse.OffsetFetchResponseGroup { GroupId = asked.GroupId, ErrorCode = error });
        }

        var response = new OffsetFetchResponse();
        response.Groups.AddRange(request.Groups.Select(group => new OffsetFetchResponse.OffsetFetchResponseGroup { GroupId = group.GroupId, ErrorCode = error }));
        return response;
    }

    private static OffsetFetchRequest.OffsetFetchRequestGroup AsGroup(OffsetFetchRequest request) => new()
    {
        GroupId = request.GroupId,
        Topics = request.Topics is null
            ? null
            : [.. request.Topics.Select(static topic => new OffsetFetchRequest.OffsetFetchRequestTopics { Name = topic.Name, PartitionIndexes = topic.PartitionIndexes })],
    };

    /// <summary>Version 1 has no error of the whole request: it stands at each partition.</summary>
    private static OffsetFetchResponse AsSingle(
        RequestContext context, OffsetFetchRequest.OffsetFetchRequestGroup asked, OffsetFetchResponse.OffsetFetchResponseGroup fetched)
    {
        var response = new OffsetFetchResponse { ErrorCode = fetched.ErrorCode };
        if (fetched.ErrorCode != ErrorCode.None && context.ApiVersion < FirstVersionWithGroupError)
        {
            fetched.Topics = [.. (asked.Topics ?? []).Select(topic => AllPartitions(topic, fetched.ErrorCode))];
        }

        foreach (var topic in fetched.Topics)
        {
            response.Topics.Add(new OffsetFetchResponse.OffsetFetchResponseTopic
            {
                Name = topic.Name,
                Partitions =
                [
                    .. topic.Partitions.Select(static partition => new OffsetFetchResponse.OffsetFetchResponsePartition
                    {
                        PartitionIndex = partition.PartitionIndex,
                        CommittedOffset = partition.CommittedOffset,
                        CommittedLeaderEpoch = partition.CommittedLeaderEpoch,
                        Metadata = partition.Metadata,
                        ErrorCode = partition.ErrorCode,
                    }),
                ],
            });
        }

        return response;
    }

    private static OffsetFetchResponse.OffsetFetchResponseTopics AllPartitions(OffsetFetchRequest.OffsetFetchRequestTopics topic, ErrorCode error) => new()
    {
        Name = topic.Name,
        TopicId = topic.TopicId,
        Partitions =
        [
            .. topic.PartitionIndexes.Select(index => new OffsetFetchResponse.OffsetFetchResponsePartitions
            {
                PartitionIndex = index, CommittedOffset = -1, Metadata = "", ErrorCode = error,
            }),
        ],
    };

    private async Task<OffsetFetchResponse.OffsetFetchResponseGroup> FetchAsync(RequestContext context, OffsetFetchRequest.OffsetFetchRequestGroup group)
    {
        if (!Services.Access.Allows(context.Identity, AclOperation.Describe, ResourceType.Group, group.GroupId))
        {
            return new OffsetFetchResponse.OffsetFetchResponseGroup { GroupId = group.GroupId, ErrorCode = ErrorCode.GroupAuthorizationFailed };
        }

        var image = metadata.Image;
        var byId = context.ApiVersion >= FirstVersionWithTopicIds;
        var unknown = byId ? ResolveIds(image, group) : [];
        var refused = group.Topics is null
            ? []
            : Services.Access.TakeRefused(context, AclOperation.Describe, ResourceType.Topic, group.Topics, static topic => topic.Name);
        var fetched = await groups.FetchOffsetsAsync(group);
        if (fetched.ErrorCode != ErrorCode.None)
        {
            return fetched;
        }

        if (group.Topics is null)
        {
            // Of all topics that have offsets the client hears of those that it may describe.
            Services.Access.TakeRefused(context, AclOperation.Describe, ResourceType.Topic, fetched.Topics, static topic => topic.Name, logsDenial: false);
            if (byId)
            {
                AddIds(image, fetched);
            }
        }

        fetched.Topics.AddRange(unknown);
        fetched.Topics.AddRange(refused.Select(static topic => AllPartitions(topic, ErrorCode.TopicAuthorizationFailed)));
        return fetched;
    }

    /// <summary>Gives the topics their names, and takes those out whose id is not known.</summary>
    private static List<OffsetFetchResponse.OffsetFetchResponseTopics> ResolveIds(MetadataImage image, OffsetFetchRequest.OffsetFetchRequestGroup group)
    {
        var unknown = new List<OffsetFetchResponse.OffsetFetchResponseTopics>();
        group.Topics?.RemoveAll(topic =>
        {
            if (image.Topics.TryGet(topic.TopicId, out var found))
            {
                topic.Name = found.Name;
                return false;
            }

            unknown.Add(AllPartitions(topic, ErrorCode.UnknownTopicId));
            return true;
        });
        return unknown;
    }

    /// <summary>A topic that is gone has no id to be named by: it is left out.</summary>
    private static void AddIds(MetadataImage image, OffsetFetchResponse.OffsetFetchResponseGroup fetched) => fetched.Topics.RemoveAll(topic =>
    {
        if (!image.Topics.TryGet(topic.Name, out var found))
        {
            return true;
        }

        topic.TopicId = found.Id;
        return false;
    });
}
