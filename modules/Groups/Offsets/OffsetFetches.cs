using Kafka.Modular.Core.Ids;
using Kafka.Modular.Groups.Classic;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Groups.Offsets;

/// <summary>OffsetFetch for one group. Lives on the shard's loop.</summary>
internal sealed class OffsetFetches(ClassicGroupRegistry groups, GroupOffsets offsets)
{
    /// <summary>The offset that says that nothing is committed.</summary>
    private const long InvalidOffset = -1;

    public OffsetFetchResponse.OffsetFetchResponseGroup Fetch(OffsetFetchRequest.OffsetFetchRequestGroup request)
    {
        var response = new OffsetFetchResponse.OffsetFetchResponseGroup { GroupId = request.GroupId };
        var known = groups.Find(request.GroupId) is { State: not ClassicGroupState.Dead };
        if (request.Topics is null)
        {
            if (known)
            {
                AddAll(request.GroupId, response);
            }

            return response;
        }

        foreach (var topic in request.Topics)
        {
            var topicResponse = new OffsetFetchResponse.OffsetFetchResponseTopics { Name = topic.Name, TopicId = topic.TopicId };
            response.Topics.Add(topicResponse);
            foreach (var partition in topic.PartitionIndexes)
            {
                var committed = known ? offsets.Find(request.GroupId, topic.Name, partition) : null;
                if (committed is not null && IsOfAnotherTopic(committed.TopicId, topic.TopicId))
                {
                    committed = null;
                }

                topicResponse.Partitions.Add(Answer(partition, committed));
            }
        }

        return response;
    }

    /// <summary>A topic that was deleted and made again has the name, and another id: what was committed for the old one does not count.</summary>
    private static bool IsOfAnotherTopic(Uuid committed, Uuid asked) => committed != Uuid.Zero && asked != Uuid.Zero && committed != asked;

    private static OffsetFetchResponse.OffsetFetchResponsePartitions Answer(int partition, OffsetAndMetadata? committed) => new()
    {
        PartitionIndex = partition,
        CommittedOffset = committed?.Offset ?? InvalidOffset,
        CommittedLeaderEpoch = committed?.LeaderEpoch ?? -1,
        Metadata = committed?.Metadata ?? "",
        ErrorCode = ErrorCode.None,
    };

    private void AddAll(string groupId, OffsetFetchResponse.OffsetFetchResponseGroup response)
    {
        foreach (var (topic, partitions) in offsets.Of(groupId))
        {
            var topicResponse = new OffsetFetchResponse.OffsetFetchResponseTopics { Name = topic };
            foreach (var (partition, committed) in partitions)
            {
                topicResponse.Partitions.Add(Answer(partition, committed));
            }

            response.Topics.Add(topicResponse);
        }
    }
}
