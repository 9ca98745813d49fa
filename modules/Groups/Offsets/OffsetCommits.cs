using Kafka.Modular.Coordination;
using Kafka.Modular.Groups.Classic;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Groups.Offsets;

/// <summary>OffsetCommit, and the tombstones of deleted partitions and groups. Lives on the shard's loop.</summary>
internal sealed class OffsetCommits(
    ClassicGroupRegistry groups,
    GroupOffsets offsets,
    ICoordinatorTimers<GroupRecord> timers,
    ClassicHeartbeats heartbeats,
    GroupCoordinatorConfig config)
{
    /// <summary>From this version a group that is not there is GROUP_ID_NOT_FOUND; before it is a stale generation (KIP-848).</summary>
    private const short FirstVersionWithNotFound = 9;

    public void Commit(GroupCaller caller, OffsetCommitRequest request, PendingReply<OffsetCommitResponse> reply, GroupOutput output)
    {
        if (Validate(caller, request) is not ErrorCode.None and var error)
        {
            output.Reply(reply.WithError(error));
            return;
        }

        var nowMs = timers.NowMs;
        var expiresMs = request.RetentionTimeMs < 0 ? -1 : nowMs + request.RetentionTimeMs;
        var response = new OffsetCommitResponse();
        foreach (var topic in request.Topics)
        {
            var topicResponse = new OffsetCommitResponse.OffsetCommitResponseTopic { Name = topic.Name, TopicId = topic.TopicId };
            response.Topics.Add(topicResponse);
            foreach (var partition in topic.Partitions)
            {
                var tooLarge = partition.CommittedMetadata?.Length > config.OffsetMetadataMaxBytes;
                topicResponse.Partitions.Add(new OffsetCommitResponse.OffsetCommitResponsePartition
                {
                    PartitionIndex = partition.PartitionIndex,
                    ErrorCode = tooLarge ? ErrorCode.OffsetMetadataTooLarge : ErrorCode.None,
                });
                if (!tooLarge)
                {
                    output.Write(new OffsetCommitRecord(request.GroupId, topic.Name, partition.PartitionIndex, new OffsetAndMetadata(
                        partition.CommittedOffset,
                        partition.CommittedLeaderEpoch,
                        partition.CommittedMetadata ?? "",
                        nowMs,
                        expiresMs,
                        topic.TopicId)));
                }
            }
        }

        output.Reply(reply.With(response));
    }

    /// <summary>Tombstones for all that a group has committed.</summary>
    public void DeleteAll(string groupId, GroupOutput output)
    {
        foreach (var (topic, partitions) in offsets.Of(groupId))
        {
            foreach (var partition in partitions.Keys)
            {
                output.Write(new OffsetCommitRecord(groupId, topic, partition, null));
            }
        }
    }

    /// <summary>Tombstones for what any group has committed for topics that are gone.</summary>
    public void DeleteTopics(IReadOnlySet<string> deletedTopics, GroupOutput output)
    {
        foreach (var groupId in offsets.GroupIds)
        {
            foreach (var (topic, partitions) in offsets.Of(groupId))
            {
                if (deletedTopics.Contains(topic))
                {
                    foreach (var partition in partitions.Keys)
                    {
                        output.Write(new OffsetCommitRecord(groupId, topic, partition, null));
                    }
                }
            }
        }
    }

    private ErrorCode Validate(GroupCaller caller, OffsetCommitRequest request)
    {
        var generation = request.GenerationIdOrMemberEpoch;
        if (groups.Find(request.GroupId) is not { } group)
        {
            if (generation >= 0)
            {
                return caller.ApiVersion >= FirstVersionWithNotFound ? ErrorCode.GroupIdNotFound : ErrorCode.IllegalGeneration;
            }

            // Somebody who manages its own assignment and stores offsets only.
            group = groups.GetOrCreate(request.GroupId, timers.NowMs);
        }

        var error = Validate(group, request, generation);
        if (error == ErrorCode.None
            && group.State is ClassicGroupState.Stable or ClassicGroupState.PreparingRebalance
            && group.Find(request.MemberId) is { } member)
        {
            heartbeats.Reschedule(group, member);
        }

        return error;
    }

    private static ErrorCode Validate(ClassicGroup group, OffsetCommitRequest request, int generation)
    {
        if (group.State == ClassicGroupState.Dead)
        {
            return ErrorCode.CoordinatorNotAvailable;
        }

        if (generation < 0 && group.State == ClassicGroupState.Empty)
        {
            return ErrorCode.None;
        }

        if (generation >= 0 || request.MemberId.Length > 0 || request.GroupInstanceId is not null)
        {
            if (group.ValidateMember(request.MemberId, request.GroupInstanceId) is not ErrorCode.None and var error)
            {
                return error;
            }

            if (generation != group.GenerationId)
            {
                return ErrorCode.IllegalGeneration;
            }
        }
        else if (group.State != ClassicGroupState.Empty)
        {
            return ErrorCode.UnknownMemberId;
        }

        return group.State == ClassicGroupState.CompletingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }
}
