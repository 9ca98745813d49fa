using Kafka.Modular.Coordination;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Groups.Classic;

/// <summary>Heartbeat and LeaveGroup. Lives on the shard's loop.</summary>
internal sealed class ClassicMembership(ClassicGroupRegistry groups, ClassicHeartbeats heartbeats, ClassicRebalance rebalance)
{
    public void Heartbeat(HeartbeatRequest request, PendingReply<HeartbeatResponse> reply, GroupOutput output)
        => output.Reply(reply.WithError(Heartbeat(request)));

    public void Leave(LeaveGroupRequest request, PendingReply<LeaveGroupResponse> reply, GroupOutput output)
    {
        var response = new LeaveGroupResponse();
        if (groups.Find(request.GroupId) is not { } group)
        {
            foreach (var member in request.Members)
            {
                response.Members.Add(Answer(member, ErrorCode.UnknownMemberId));
            }

            output.Reply(reply.With(response));
            return;
        }

        if (group.State == ClassicGroupState.Dead)
        {
            output.Reply(reply.WithError(ErrorCode.CoordinatorNotAvailable));
            return;
        }

        var left = new List<string>();
        foreach (var member in request.Members)
        {
            var error = Leave(group, member, output);
            response.Members.Add(Answer(member, error));
            if (error == ErrorCode.None)
            {
                left.Add(member.MemberId);
            }
        }

        output.Reply(reply.With(response));
        if (left.Count == 0)
        {
            return;
        }

        if (group.State is ClassicGroupState.Stable or ClassicGroupState.CompletingRebalance)
        {
            rebalance.PrepareOrComplete(group, $"explicit LeaveGroup of {string.Join(", ", left)}", output);
        }
        else
        {
            rebalance.MaybeCompleteJoin(group, output);
        }
    }

    private static LeaveGroupResponse.MemberResponse Answer(LeaveGroupRequest.MemberIdentity member, ErrorCode error) => new()
    {
        MemberId = member.MemberId,
        GroupInstanceId = member.GroupInstanceId,
        ErrorCode = error,
    };

    private ErrorCode Heartbeat(HeartbeatRequest request)
    {
        if (groups.Find(request.GroupId) is not { } group)
        {
            return ErrorCode.UnknownMemberId;
        }

        if (group.State == ClassicGroupState.Dead)
        {
            return ErrorCode.CoordinatorNotAvailable;
        }

        if (group.ValidateMember(request.MemberId, request.GroupInstanceId) is not ErrorCode.None and var error)
        {
            return error;
        }

        if (request.GenerationId != group.GenerationId)
        {
            return ErrorCode.IllegalGeneration;
        }

        heartbeats.Reschedule(group, group.Find(request.MemberId)!);
        return group.State == ClassicGroupState.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    private ErrorCode Leave(ClassicGroup group, LeaveGroupRequest.MemberIdentity identity, GroupOutput output)
    {
        if (identity.MemberId.Length == 0)
        {
            // Only an administrator leaves so, for a static member that is named by its instance (KIP-345).
            if (identity.GroupInstanceId is { } instance && group.StaticMemberId(instance) is { } memberId)
            {
                rebalance.RemoveMember(group, group.Find(memberId)!, output);
                return ErrorCode.None;
            }

            return ErrorCode.UnknownMemberId;
        }

        if (group.PendingJoinMembers.Contains(identity.MemberId))
        {
            heartbeats.Cancel(group, identity.MemberId);
            group.Remove(identity.MemberId);
            return ErrorCode.None;
        }

        if (group.ValidateMember(identity.MemberId, identity.GroupInstanceId) is not ErrorCode.None and var error)
        {
            return error;
        }

        rebalance.RemoveMember(group, group.Find(identity.MemberId)!, output);
        return ErrorCode.None;
    }
}
