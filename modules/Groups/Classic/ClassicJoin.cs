using Kafka.Modular.Coordination;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Groups.Classic;

/// <summary>JoinGroup: new and returning members, dynamic and static (KIP-345), with the id round trip of KIP-394. Lives on the shard's loop.</summary>
internal sealed class ClassicJoin(
    ClassicGroupRegistry groups,
    ICoordinatorTimers<GroupRecord> timers,
    ClassicHeartbeats heartbeats,
    ClassicRebalance rebalance,
    GroupCoordinatorConfig config,
    Func<Guid> newId,
    ILogger log)
{
    /// <summary>The version from which a member without an id is first told its id (KIP-394).</summary>
    private const short FirstVersionWithRequiredId = 4;

    /// <summary>The version from which a leader that comes back is told that the assignment stands (KIP-814).</summary>
    private const short FirstVersionWithSkippedAssignment = 9;

    public void Join(GroupCaller caller, JoinGroupRequest request, PendingReply<JoinGroupResponse> reply, GroupOutput output)
    {
        var join = new Attempt(caller, request, reply);
        var group = groups.Find(request.GroupId);
        var isNewGroup = group is null;
        if (group is null)
        {
            if (request.MemberId.Length > 0)
            {
                Refuse(join, ErrorCode.UnknownMemberId, request.MemberId, output);
                return;
            }

            group = groups.GetOrCreate(request.GroupId, timers.NowMs);
        }

        if (!Accepts(group, request.MemberId))
        {
            group.Remove(request.MemberId);
            Refuse(join, ErrorCode.GroupMaxSizeReached, "", output);
        }
        else if (request.MemberId.Length == 0)
        {
            JoinNewMember(group, join, output);
        }
        else
        {
            JoinExistingMember(group, join, output);
        }

        if (isNewGroup && output.IsEmpty)
        {
            // The group must be known after a restart even if its first member never comes back.
            output.WriteState(GroupMetadataRecords.ForNewGroup(group), static (_, _) => { });
        }
    }

    private static void Refuse(Attempt join, ErrorCode error, string memberId, GroupOutput output)
        => output.Reply(join.Reply.With(new JoinGroupResponse { ErrorCode = error, MemberId = memberId, ProtocolName = join.EmptyProtocolName }));

    private bool Accepts(ClassicGroup group, string memberId) => group.State switch
    {
        ClassicGroupState.PreparingRebalance
            => group.Find(memberId) is { AwaitingJoin: not null } || group.AwaitingJoinCount < config.MaxSize,
        ClassicGroupState.CompletingRebalance or ClassicGroupState.Stable
            => group.HasMember(memberId) || group.Members.Count < config.MaxSize,
        _ => true,
    };

    private void JoinNewMember(ClassicGroup group, Attempt join, GroupOutput output)
    {
        if (group.State == ClassicGroupState.Dead)
        {
            Refuse(join, ErrorCode.CoordinatorNotAvailable, "", output);
            return;
        }

        if (!group.Supports(join.Request.ProtocolType, join.Protocols))
        {
            Refuse(join, ErrorCode.InconsistentGroupProtocol, "", output);
            return;
        }

        var memberId = $"{join.Request.GroupInstanceId ?? join.Caller.ClientId}-{newId()}";
        if (join.Request.GroupInstanceId is { } instance)
        {
            if (group.StaticMemberId(instance) is { } existing)
            {
                log.ReplacingStaticMember(group.GroupId, instance, existing, memberId);
                ReplaceStaticMember(group, join, group.Find(existing)!, memberId, output);
            }
            else
            {
                AddMember(group, join, memberId, output);
            }
        }
        else if (join.Caller.ApiVersion >= FirstVersionWithRequiredId)
        {
            group.AddPendingJoinMember(memberId);
            heartbeats.SchedulePending(group, memberId, join.Request.SessionTimeoutMs);
            Refuse(join, ErrorCode.MemberIdRequired, memberId, output);
        }
        else
        {
            AddMember(group, join, memberId, output);
        }
    }

    private void JoinExistingMember(ClassicGroup group, Attempt join, GroupOutput output)
    {
        var memberId = join.Request.MemberId;
        if (group.State == ClassicGroupState.Dead)
        {
            Refuse(join, ErrorCode.CoordinatorNotAvailable, memberId, output);
        }
        else if (!group.Supports(join.Request.ProtocolType, join.Protocols))
        {
            Refuse(join, ErrorCode.InconsistentGroupProtocol, memberId, output);
        }
        else if (group.PendingJoinMembers.Contains(memberId))
        {
            if (join.Request.GroupInstanceId is not null)
            {
                // A pending member was given its id because it named no instance.
                Refuse(join, ErrorCode.UnknownMemberId, memberId, output);
                return;
            }

            AddMember(group, join, memberId, output);
        }
        else if (group.ValidateMember(memberId, join.Request.GroupInstanceId) is not ErrorCode.None and var error)
        {
            Refuse(join, error, memberId, output);
        }
        else
        {
            Rejoin(group, join, group.Find(memberId)!, output);
        }
    }

    private void Rejoin(ClassicGroup group, Attempt join, ClassicGroupMember member, GroupOutput output)
    {
        var unchanged = member.Matches(join.Protocols);
        switch (group.State)
        {
            case ClassicGroupState.CompletingRebalance when unchanged:
                // The answer to its first JoinGroup was lost: say it again.
                output.Reply(join.Reply.With(ClassicJoinResponses.Joined(group, member.MemberId, withMembers: group.IsLeader(member.MemberId))));
                break;
            case ClassicGroupState.Stable when unchanged && !group.IsLeader(member.MemberId):
                output.Reply(join.Reply.With(ClassicJoinResponses.Joined(group, member.MemberId, withMembers: false)));
                break;
            case ClassicGroupState.PreparingRebalance or ClassicGroupState.CompletingRebalance or ClassicGroupState.Stable:
                Update(member, join);
                member.AwaitingJoin = ReplaceWaiting(member.AwaitingJoin, join.Reply, output);
                rebalance.PrepareOrComplete(group, $"member {member.MemberId} joins again in state {group.State}; {join.Reason}", output);
                break;
            default:
                Refuse(join, ErrorCode.UnknownMemberId, member.MemberId, output);
                break;
        }
    }

    private void AddMember(ClassicGroup group, Attempt join, string memberId, GroupOutput output)
    {
        var member = new ClassicGroupMember(memberId, join.Request.GroupInstanceId, join.Caller.ClientId, join.Caller.ClientHost)
        {
            ProtocolType = join.Request.ProtocolType,
            IsNew = true,
        };
        Update(member, join);
        if (group.State == ClassicGroupState.PreparingRebalance && group.PreviousState == ClassicGroupState.Empty)
        {
            group.NewMemberAdded = true;
        }

        heartbeats.Cancel(group, memberId);
        group.Add(member, join.Reply);

        // A new member does not know its id and cannot heartbeat; if it goes away while it waits, nothing says so but this.
        heartbeats.Reschedule(group, member, config.NewMemberJoinTimeoutMs);
        rebalance.PrepareOrComplete(group, $"adding member {memberId}; {join.Reason}", output);
    }

    /// <summary>A static member came back under a new id: it takes the old one's place, and the old one is fenced.</summary>
    private void ReplaceStaticMember(ClassicGroup group, Attempt join, ClassicGroupMember old, string memberId, GroupOutput output)
    {
        var instance = join.Request.GroupInstanceId!;
        var leaderBefore = group.LeaderId;
        heartbeats.Cancel(group, old.MemberId);
        Fence(old, output);
        var member = group.ReplaceStaticMember(instance, old, memberId);
        heartbeats.Reschedule(group, member);
        Update(member, join);
        member.AwaitingJoin = join.Reply;
        switch (group.State)
        {
            case ClassicGroupState.Stable when string.Equals(group.ProtocolName, group.SelectProtocol(), StringComparison.Ordinal):
                StoreReplacement(group, join, old, member, leaderBefore, output);
                break;
            case ClassicGroupState.Stable:
                rebalance.PrepareOrComplete(group, $"static member {instance} joined with a change of protocol; {join.Reason}", output);
                break;
            case ClassicGroupState.CompletingRebalance:
                rebalance.Prepare(group, $"static member {instance} joined again; {join.Reason}", output);
                break;
            default:
                rebalance.MaybeCompleteJoin(group, output);
                break;
        }
    }

    private void StoreReplacement(
        ClassicGroup group, Attempt join, ClassicGroupMember old, ClassicGroupMember member, string? leaderBefore, GroupOutput output)
    {
        var assignments = group.Members.ToDictionary(static each => each.MemberId, static each => each.Assignment, StringComparer.Ordinal);
        output.WriteState(GroupMetadataRecords.FromGroup(group, assignments), (error, after) =>
        {
            if (!ReferenceEquals(member.AwaitingJoin, join.Reply))
            {
                return;
            }

            member.AwaitingJoin = null;
            if (error != ErrorCode.None)
            {
                heartbeats.Cancel(group, member.MemberId);
                var restored = group.ReplaceStaticMember(old.GroupInstanceId!, member, old.MemberId);
                (restored.Protocols, restored.SessionTimeoutMs, restored.RebalanceTimeoutMs)
                    = (old.Protocols, old.SessionTimeoutMs, old.RebalanceTimeoutMs);
                heartbeats.Reschedule(group, restored);
                after.Reply(join.Reply.WithError(error));
                return;
            }

            var leads = group.IsLeader(member.MemberId);
            after.Reply(join.Reply.With(join.Caller.ApiVersion >= FirstVersionWithSkippedAssignment
                ? ClassicJoinResponses.Joined(group, member.MemberId, withMembers: leads, skipAssignment: leads)
                : ClassicJoinResponses.Joined(group, member.MemberId, withMembers: false, leader: leaderBefore)));
        });
    }

    private static void Fence(ClassicGroupMember old, GroupOutput output)
    {
        if (old.AwaitingJoin is { } joining)
        {
            old.AwaitingJoin = null;
            output.Reply(joining.With(new JoinGroupResponse { ErrorCode = ErrorCode.FencedInstanceId, MemberId = old.MemberId, ProtocolName = "" }));
        }

        if (old.AwaitingSync is { } syncing)
        {
            old.AwaitingSync = null;
            output.Reply(syncing.WithError(ErrorCode.FencedInstanceId));
        }
    }

    private static void Update(ClassicGroupMember member, Attempt join)
    {
        member.Protocols = join.Protocols;
        member.SessionTimeoutMs = join.Request.SessionTimeoutMs;

        // Version 0 has none, and Kafka then takes the session's. A client that sends 0 has none in mind either: no member could send SyncGroup in that time.
        member.RebalanceTimeoutMs = join.Request.RebalanceTimeoutMs <= 0 ? join.Request.SessionTimeoutMs : join.Request.RebalanceTimeoutMs;
    }

    /// <summary>A member that joins while its earlier JoinGroup still waits has given that one up.</summary>
    private static PendingReply<JoinGroupResponse> ReplaceWaiting(
        PendingReply<JoinGroupResponse>? waiting, PendingReply<JoinGroupResponse> reply, GroupOutput output)
    {
        if (waiting is not null)
        {
            output.Reply(waiting.WithError(ErrorCode.RebalanceInProgress));
        }

        return reply;
    }

    private sealed record Attempt(GroupCaller Caller, JoinGroupRequest Request, PendingReply<JoinGroupResponse> Reply)
    {
        public IReadOnlyList<MemberProtocol> Protocols { get; } =
            [.. Request.Protocols.Select(static protocol => new MemberProtocol(protocol.Name, protocol.Metadata))];

        public string Reason => $"client reason: {(string.IsNullOrEmpty(Request.Reason) ? "not provided" : Request.Reason)}";

        /// <summary>Where the protocol's name may be null, it is in an error (KIP-559).</summary>
        public string? EmptyProtocolName => Caller.ApiVersion >= 7 ? null : "";
    }
}
