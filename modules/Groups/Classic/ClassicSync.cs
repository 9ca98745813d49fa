using Kafka.Modular.Coordination;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Groups.Classic;

/// <summary>SyncGroup: the leader brings the assignment, it is stored, then every member gets its own. Lives on the shard's loop.</summary>
internal sealed class ClassicSync(
    ClassicGroupRegistry groups,
    ICoordinatorTimers<GroupRecord> timers,
    ClassicRebalance rebalance,
    ILogger log)
{
    public void Sync(SyncGroupRequest request, PendingReply<SyncGroupResponse> reply, GroupOutput output)
    {
        if (groups.Find(request.GroupId) is not { } group || group.State == ClassicGroupState.Empty)
        {
            output.Reply(reply.WithError(ErrorCode.UnknownMemberId));
            return;
        }

        if (Validate(group, request) is not ErrorCode.None and var error)
        {
            output.Reply(reply.WithError(error));
            return;
        }

        var member = group.Find(request.MemberId)!;
        switch (group.State)
        {
            case ClassicGroupState.PreparingRebalance:
                output.Reply(reply.WithError(ErrorCode.RebalanceInProgress));
                break;
            case ClassicGroupState.CompletingRebalance:
                if (member.AwaitingSync is { } earlier)
                {
                    output.Reply(earlier.WithError(ErrorCode.RebalanceInProgress));
                }

                member.AwaitingSync = reply;
                RemovePendingSync(group, member);
                if (group.IsLeader(member.MemberId))
                {
                    Store(group, request, output);
                }

                break;
            case ClassicGroupState.Stable:
                RemovePendingSync(group, member);
                output.Reply(reply.With(new SyncGroupResponse
                {
                    ProtocolType = group.ProtocolType,
                    ProtocolName = group.ProtocolName,
                    Assignment = member.Assignment,
                }));
                break;
            default:
                output.Reply(reply.WithError(ErrorCode.UnknownMemberId));
                break;
        }
    }

    private static ErrorCode Validate(ClassicGroup group, SyncGroupRequest request)
    {
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

        // Both are optional; where they are given they must be the group's (KIP-559).
        return Differs(request.ProtocolType, group.ProtocolType) || Differs(request.ProtocolName, group.ProtocolName)
            ? ErrorCode.InconsistentGroupProtocol
            : ErrorCode.None;
    }

    private static bool Differs(string? given, string? own) => given is not null && own is not null && !string.Equals(given, own, StringComparison.Ordinal);

    private void RemovePendingSync(ClassicGroup group, ClassicGroupMember member)
    {
        group.RemovePendingSyncMember(member.MemberId);
        if (group.PendingSyncMembers.Count == 0)
        {
            rebalance.CancelSyncEnd(group);
        }
    }

    private void Store(ClassicGroup group, SyncGroupRequest request, GroupOutput output)
    {
        var assignments = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var assignment in request.Assignments)
        {
            assignments[assignment.MemberId] = assignment.Assignment;
        }

        var generation = group.GenerationId;
        output.WriteState(GroupMetadataRecords.FromGroup(group, assignments), (error, after) =>
        {
            if (group.State != ClassicGroupState.CompletingRebalance || group.GenerationId != generation)
            {
                return;
            }

            if (error != ErrorCode.None)
            {
                log.CouldNotStoreGroup(group.GroupId, error);
                rebalance.ResetAssignments(group, error, after);
                rebalance.PrepareOrComplete(group, $"error {error} when storing the assignment", after);
                return;
            }

            foreach (var member in group.Members)
            {
                member.Assignment = assignments.GetValueOrDefault(member.MemberId, []);
            }

            group.TransitionTo(ClassicGroupState.Stable, timers.NowMs);
            rebalance.PropagateAssignments(group, ErrorCode.None, after);
        });
    }
}
