using Kafka.Modular.Coordination;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Groups.Classic;

/// <summary>
/// Moves a classic group from one generation to the next: waits for members to join, begins the generation, waits for them to
/// sync, and drops those that are not heard of. Lives on the shard's loop.
/// </summary>
internal sealed class ClassicRebalance
{
    private static readonly Dictionary<string, byte[]> NoAssignments = new(StringComparer.Ordinal);

    private readonly ClassicGroupRegistry _groups;
    private readonly ICoordinatorTimers<GroupRecord> _timers;
    private readonly ClassicHeartbeats _heartbeats;
    private readonly GroupCoordinatorConfig _config;
    private readonly ILogger _log;

    public ClassicRebalance(
        ClassicGroupRegistry groups,
        ICoordinatorTimers<GroupRecord> timers,
        ClassicHeartbeats heartbeats,
        GroupCoordinatorConfig config,
        ILogger log)
    {
        _groups = groups;
        _timers = timers;
        _heartbeats = heartbeats;
        _config = config;
        _log = log;
        _heartbeats.OnExpired(ExpireMember);
    }

    /// <summary>Begins a rebalance where the state allows it, else completes the one under way if everybody has joined.</summary>
    public void PrepareOrComplete(ClassicGroup group, string reason, GroupOutput output)
    {
        if (group.CanRebalance)
        {
            Prepare(group, reason, output);
        }
        else
        {
            MaybeCompleteJoin(group, output);
        }
    }

    /// <summary>Begins a rebalance.</summary>
    public void Prepare(ClassicGroup group, string reason, GroupOutput output)
    {
        if (group.State == ClassicGroupState.CompletingRebalance)
        {
            ResetAssignments(group, ErrorCode.RebalanceInProgress, output);
        }

        group.ClearPendingSyncMembers();
        _timers.Cancel(SyncKey(group.GroupId));
        var initial = group.State == ClassicGroupState.Empty;
        group.TransitionTo(ClassicGroupState.PreparingRebalance, _timers.NowMs);
        _log.PreparingRebalance(group.GroupId, group.PreviousState, group.GenerationId, reason);
        if (initial)
        {
            var delayMs = _config.InitialRebalanceDelayMs;
            var remainingMs = Math.Max(group.RebalanceTimeoutMs - delayMs, 0);
            if (delayMs == 0)
            {
                // Nothing to wait for: the first generation begins with whoever is here.
                CompleteInitialOrWaitOn(group, 0, remainingMs, output);
                return;
            }

            _timers.Schedule(JoinKey(group.GroupId), delayMs, () => OnInitialDelay(group.GroupId, delayMs, remainingMs));
        }
        else if (group.HasAllMembersJoined)
        {
            CompleteJoin(group, output);
        }
        else
        {
            ScheduleJoinEnd(group);
        }
    }

    /// <summary>Begins the generation if the last member that was waited for has joined, or has gone.</summary>
    public void MaybeCompleteJoin(ClassicGroup group, GroupOutput output)
    {
        if (group.State == ClassicGroupState.PreparingRebalance
            && group.PreviousState != ClassicGroupState.Empty
            && group.HasAllMembersJoined)
        {
            CompleteJoin(group, output);
        }
    }

    /// <summary>Gives each member that waits in SyncGroup an empty assignment and an error.</summary>
    public void ResetAssignments(ClassicGroup group, ErrorCode error, GroupOutput output)
    {
        foreach (var member in group.Members)
        {
            member.Assignment = [];
        }

        PropagateAssignments(group, error, output);
    }

    /// <summary>Gives each member that waits in SyncGroup its assignment.</summary>
    public void PropagateAssignments(ClassicGroup group, ErrorCode error, GroupOutput output)
    {
        foreach (var member in group.Members)
        {
            if (member.AwaitingSync is not { } waiting)
            {
                continue;
            }

            member.AwaitingSync = null;
            output.Reply(waiting.With(new SyncGroupResponse
            {
                ErrorCode = error,
                ProtocolType = error == ErrorCode.None ? group.ProtocolType : null,
                ProtocolName = error == ErrorCode.None ? group.ProtocolName : null,
                Assignment = member.Assignment,
            }));
            _heartbeats.Reschedule(group, member);
        }
    }

    /// <summary>Takes a member out of the group; what follows for the group is the caller's to start.</summary>
    public void RemoveMember(ClassicGroup group, ClassicGroupMember member, GroupOutput output)
    {
        _heartbeats.Cancel(group, member.MemberId);
        if (member.AwaitingJoin is { } joining)
        {
            member.AwaitingJoin = null;
            output.Reply(joining.With(new JoinGroupResponse { ErrorCode = ErrorCode.UnknownMemberId, ProtocolName = "" }));
        }

        if (member.AwaitingSync is { } syncing)
        {
            member.AwaitingSync = null;
            output.Reply(syncing.WithError(ErrorCode.UnknownMemberId));
        }

        group.Remove(member.MemberId);
    }

    /// <summary>Every member of the generation has sent SyncGroup.</summary>
    public void CancelSyncEnd(ClassicGroup group) => _timers.Cancel(SyncKey(group.GroupId));

    /// <summary>Cancels the timers of the group and of its members.</summary>
    public void CancelTimers(ClassicGroup group)
    {
        _timers.Cancel(JoinKey(group.GroupId));
        _timers.Cancel(SyncKey(group.GroupId));
        foreach (var member in group.Members)
        {
            _heartbeats.Cancel(group, member.MemberId);
        }

        foreach (var pending in group.PendingJoinMembers)
        {
            _heartbeats.Cancel(group, pending);
        }
    }

    private static string JoinKey(string groupId) => $"join-{groupId}";

    private static string SyncKey(string groupId) => $"sync-{groupId}";

    private void ScheduleJoinEnd(ClassicGroup group)
        => _timers.Schedule(JoinKey(group.GroupId), group.RebalanceTimeoutMs, () => OnJoinEnd(group.GroupId));

    private CoordinatorResult<GroupRecord> OnJoinEnd(string groupId)
    {
        var output = new GroupOutput();
        if (_groups.Find(groupId) is { State: ClassicGroupState.PreparingRebalance } group)
        {
            CompleteJoin(group, output);
        }

        return output.ToResult();
    }

    private CoordinatorResult<GroupRecord> OnInitialDelay(string groupId, int delayMs, int remainingMs)
    {
        var output = new GroupOutput();
        if (_groups.Find(groupId) is { State: ClassicGroupState.PreparingRebalance } group)
        {
            CompleteInitialOrWaitOn(group, delayMs, remainingMs, output);
        }

        return output.ToResult();
    }

    /// <summary>While new members keep coming, an initial rebalance waits on, up to the rebalance timeout (KIP-134).</summary>
    private void CompleteInitialOrWaitOn(ClassicGroup group, int delayMs, int remainingMs, GroupOutput output)
    {
        if (group.NewMemberAdded && remainingMs != 0)
        {
            group.NewMemberAdded = false;
            var nextDelayMs = Math.Min(_config.InitialRebalanceDelayMs, remainingMs);
            var nextRemainingMs = Math.Max(remainingMs - delayMs, 0);
            _timers.Schedule(JoinKey(group.GroupId), nextDelayMs, () => OnInitialDelay(group.GroupId, nextDelayMs, nextRemainingMs));
        }
        else
        {
            CompleteJoin(group, output);
        }
    }

    private void CompleteJoin(ClassicGroup group, GroupOutput output)
    {
        _timers.Cancel(JoinKey(group.GroupId));
        DropDynamicMembersThatDidNotJoin(group);
        if (group.Members.Count > 0 && !group.ElectJoinedLeader())
        {
            // Only static members, none of whom has joined: wait once more for them.
            ScheduleJoinEnd(group);
            return;
        }

        group.InitNextGeneration(_timers.NowMs);
        if (group.State == ClassicGroupState.Empty)
        {
            _log.GroupIsEmpty(group.GroupId, group.GenerationId);
            output.WriteState(
                GroupMetadataRecords.FromGroup(group, NoAssignments),
                (error, _) =>
                {
                    if (error != ErrorCode.None)
                    {
                        _log.CouldNotStoreGroup(group.GroupId, error);
                    }
                });
            return;
        }

        _log.StabilizedGroup(group.GroupId, group.GenerationId, group.Members.Count);
        foreach (var member in group.Members)
        {
            if (member.AwaitingJoin is { } waiting)
            {
                member.AwaitingJoin = null;
                output.Reply(waiting.With(ClassicJoinResponses.Joined(group, member.MemberId, withMembers: group.IsLeader(member.MemberId))));
            }

            _heartbeats.Reschedule(group, member);
            member.IsNew = false;
            group.AddPendingSyncMember(member.MemberId);
        }

        var generation = group.GenerationId;
        _timers.Schedule(SyncKey(group.GroupId), group.RebalanceTimeoutMs, () => OnSyncEnd(group.GroupId, generation));
    }

    private void DropDynamicMembersThatDidNotJoin(ClassicGroup group)
    {
        foreach (var member in group.Members.Where(static member => member.AwaitingJoin is null && !member.IsStatic).ToList())
        {
            _heartbeats.Cancel(group, member.MemberId);
            group.Remove(member.MemberId);
            _log.MemberDidNotRejoin(group.GroupId, member.MemberId);
        }
    }

    /// <summary>Members that joined the generation and did not send SyncGroup within the rebalance timeout are dropped.</summary>
    private CoordinatorResult<GroupRecord> OnSyncEnd(string groupId, int generationId)
    {
        var output = new GroupOutput();
        if (_groups.Find(groupId) is { State: ClassicGroupState.CompletingRebalance or ClassicGroupState.Stable } group
            && group.GenerationId == generationId
            && group.PendingSyncMembers.Count > 0)
        {
            var late = group.PendingSyncMembers.ToList();
            foreach (var memberId in late)
            {
                _heartbeats.Cancel(group, memberId);
                group.Remove(memberId);
            }

            Prepare(group, $"removing {string.Join(", ", late)} that did not send SyncGroup in time", output);
        }

        return output.ToResult();
    }

    private void ExpireMember(string groupId, string memberId, GroupOutput output)
    {
        if (_groups.Find(groupId) is not { } group || group.State == ClassicGroupState.Dead)
        {
            return;
        }

        if (group.PendingJoinMembers.Contains(memberId))
        {
            group.Remove(memberId);
            if (group.State == ClassicGroupState.PreparingRebalance && group.HasAllMembersJoined)
            {
                CompleteJoin(group, output);
            }
        }
        else if (group.Find(memberId) is { HasSatisfiedHeartbeat: false } member)
        {
            _log.MemberExpired(groupId, memberId, member.ClientId, member.ClientHost);
            RemoveMember(group, member, output);
            if (group.State is ClassicGroupState.Stable or ClassicGroupState.CompletingRebalance)
            {
                PrepareOrComplete(group, $"removing member {memberId} on heartbeat expiration", output);
            }
            else if (group.State == ClassicGroupState.PreparingRebalance && group.HasAllMembersJoined)
            {
                CompleteJoin(group, output);
            }
        }
    }
}
