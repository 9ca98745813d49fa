using Kafka.Modular.Coordination;

namespace Kafka.Modular.Groups.Classic;

/// <summary>
/// Session timeouts of classic members. A heartbeat only moves the member's deadline; its one timer looks at the deadline when
/// it fires and sleeps on if the member was heard of, so that a heartbeat costs no timer. Lives on the shard's loop.
/// </summary>
internal sealed class ClassicHeartbeats(ICoordinatorTimers<GroupRecord> timers)
{
    private Action<string, string, GroupOutput>? _onExpired;

    /// <summary>Says who handles a member that was not heard of in time (group id, member id).</summary>
    public void OnExpired(Action<string, string, GroupOutput> handler) => _onExpired = handler;

    /// <summary>The member was heard of: its session lasts for its session timeout from now.</summary>
    public void Reschedule(ClassicGroup group, ClassicGroupMember member) => Reschedule(group, member, member.SessionTimeoutMs);

    /// <summary>The member's session lasts for <paramref name="timeoutMs"/> from now.</summary>
    public void Reschedule(ClassicGroup group, ClassicGroupMember member, long timeoutMs)
    {
        member.HeartbeatDeadlineMs = timers.NowMs + timeoutMs;
        if (member.HeartbeatTimerDueMs < 0 || member.HeartbeatTimerDueMs > member.HeartbeatDeadlineMs)
        {
            Arm(group.GroupId, member);
        }
    }

    /// <summary>A member that was given an id has so long to join with it (KIP-394).</summary>
    public void SchedulePending(ClassicGroup group, string memberId, long timeoutMs)
        => timers.Schedule(Key(group.GroupId, memberId), timeoutMs, () => Expire(group.GroupId, memberId));

    public void Cancel(ClassicGroup group, string memberId)
    {
        timers.Cancel(Key(group.GroupId, memberId));
        if (group.Find(memberId) is { } member)
        {
            member.HeartbeatTimerDueMs = -1;
        }
    }

    private static string Key(string groupId, string memberId) => $"heartbeat-{groupId}-{memberId}";

    private void Arm(string groupId, ClassicGroupMember member)
    {
        member.HeartbeatTimerDueMs = member.HeartbeatDeadlineMs;
        timers.Schedule(
            Key(groupId, member.MemberId),
            Math.Max(member.HeartbeatDeadlineMs - timers.NowMs, 0),
            () => Look(groupId, member));
    }

    private CoordinatorResult<GroupRecord> Look(string groupId, ClassicGroupMember member)
    {
        member.HeartbeatTimerDueMs = -1;
        if (timers.NowMs >= member.HeartbeatDeadlineMs)
        {
            return Expire(groupId, member.MemberId);
        }

        Arm(groupId, member);
        return CoordinatorResult<GroupRecord>.Empty;
    }

    private CoordinatorResult<GroupRecord> Expire(string groupId, string memberId)
    {
        var output = new GroupOutput();
        _onExpired?.Invoke(groupId, memberId, output);
        return output.ToResult();
    }
}
