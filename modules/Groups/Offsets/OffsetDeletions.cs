using Kafka.Modular.Coordination;
using Kafka.Modular.Groups.Classic;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Groups.Offsets;

/// <summary>
/// OffsetDelete (KIP-496): a group forgets what it has committed for topics that its members do not read. A group of another protocol than consumers'
/// says nothing of topics, so it must be without members. Lives on the shard's loop.
/// </summary>
internal sealed class OffsetDeletions(ClassicGroupRegistry groups, GroupOffsets offsets)
{
    public void Delete(OffsetDeleteRequest request, PendingReply<OffsetDeleteResponse> reply, GroupOutput output)
    {
        if (groups.Find(request.GroupId) is not { State: not ClassicGroupState.Dead } group)
        {
            output.Reply(reply.WithError(ErrorCode.GroupIdNotFound));
            return;
        }

        if (group.State != ClassicGroupState.Empty && !string.Equals(group.ProtocolType, ClassicGroup.ConsumerProtocolType, StringComparison.Ordinal))
        {
            output.Reply(reply.WithError(ErrorCode.NonEmptyGroup));
            return;
        }

        var response = new OffsetDeleteResponse();
        foreach (var topic in request.Topics)
        {
            var error = group.IsSubscribedTo(topic.Name) ? ErrorCode.GroupSubscribedToTopic : ErrorCode.None;
            var answer = new OffsetDeleteResponse.OffsetDeleteResponseTopic { Name = topic.Name };
            response.Topics.Add(answer);
            foreach (var partition in topic.Partitions)
            {
                answer.Partitions.Add(new OffsetDeleteResponse.OffsetDeleteResponsePartition { PartitionIndex = partition.PartitionIndex, ErrorCode = error });
                if (error == ErrorCode.None && offsets.Find(request.GroupId, topic.Name, partition.PartitionIndex) is not null)
                {
                    output.Write(new OffsetCommitRecord(request.GroupId, topic.Name, partition.PartitionIndex, null));
                }
            }
        }

        output.Reply(reply.With(response));
    }
}
