using Kafka.Modular.Coordination;
using Kafka.Modular.Groups.Classic;
using Kafka.Modular.Groups.Offsets;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Groups;

/// <summary>
/// The groups and offsets of one partition of <c>__consumer_offsets</c>. A pure state machine: each operation says what to write and whom to
/// answer. Lives on its runtime's loop.
/// </summary>
internal sealed class GroupShard : ICoordinatorShard<GroupRecord>
{
    private readonly ClassicGroupRegistry groups = new();
    private readonly GroupOffsets offsets = new();
    private readonly ICoordinatorTimers<GroupRecord> timers;
    private readonly ClassicHeartbeats heartbeats;
    private readonly ClassicRebalance rebalance;
    private readonly ClassicJoin join;
    private readonly ClassicSync sync;
    private readonly ClassicMembership membership;
    private readonly ClassicGroupViews views;
    private readonly OffsetCommits commits;
    private readonly OffsetFetches fetches;
    private readonly OffsetExpiration expiration;
    private readonly ILogger log;

    public GroupShard(ICoordinatorTimers<GroupRecord> timers, GroupCoordinatorConfig config, Func<Guid> newId, ILogger log)
    {
        this.timers = timers;
        this.log = log;
        heartbeats = new ClassicHeartbeats(timers);
        rebalance = new ClassicRebalance(groups, timers, heartbeats, config, log);
        join = new ClassicJoin(groups, timers, heartbeats, rebalance, config, newId, log);
        sync = new ClassicSync(groups, timers, rebalance, log);
        membership = new ClassicMembership(groups, heartbeats, rebalance);
        views = new ClassicGroupViews(groups);
        commits = new OffsetCommits(groups, offsets, timers, heartbeats, config);
        fetches = new OffsetFetches(groups, offsets);
        expiration = new OffsetExpiration(groups, offsets, timers, config);
    }

    public CoordinatorResult<GroupRecord> Join(GroupCaller caller, JoinGroupRequest request, PendingReply<JoinGroupResponse> reply)
        => Run(output => join.Join(caller, request, reply, output));

    public CoordinatorResult<GroupRecord> Sync(SyncGroupRequest request, PendingReply<SyncGroupResponse> reply)
        => Run(output => sync.Sync(request, reply, output));

    public CoordinatorResult<GroupRecord> Heartbeat(HeartbeatRequest request, PendingReply<HeartbeatResponse> reply)
        => Run(output => membership.Heartbeat(request, reply, output));

    public CoordinatorResult<GroupRecord> Leave(LeaveGroupRequest request, PendingReply<LeaveGroupResponse> reply)
        => Run(output => membership.Leave(request, reply, output));

    public CoordinatorResult<GroupRecord> Commit(GroupCaller caller, OffsetCommitRequest request, PendingReply<OffsetCommitResponse> reply)
        => Run(output => commits.Commit(caller, request, reply, output));

    public OffsetFetchResponse.OffsetFetchResponseGroup FetchOffsets(OffsetFetchRequest.OffsetFetchRequestGroup request) => fetches.Fetch(request);

    public DescribeGroupsResponse.DescribedGroup Describe(string groupId, short apiVersion) => views.Describe(groupId, apiVersion);

    public List<ListGroupsResponse.ListedGroup> List(IReadOnlyCollection<string> states, IReadOnlyCollection<string> types) => views.List(states, types);

    /// <summary>Deletes groups that have no members, with their offsets.</summary>
    public CoordinatorResult<GroupRecord> Delete(
        IReadOnlyList<string> groupIds, PendingReply<List<DeleteGroupsResponse.DeletableGroupResult>> reply) => Run(output =>
    {
        var results = new List<DeleteGroupsResponse.DeletableGroupResult>();
        foreach (var groupId in groupIds)
        {
            var error = groups.Find(groupId) switch
            {
                null or { State: ClassicGroupState.Dead } => ErrorCode.GroupIdNotFound,
                { State: ClassicGroupState.Empty } => ErrorCode.None,
                _ => ErrorCode.NonEmptyGroup,
            };
            results.Add(new DeleteGroupsResponse.DeletableGroupResult { GroupId = groupId, ErrorCode = error });
            if (error == ErrorCode.None)
            {
                rebalance.CancelTimers(groups.Find(groupId)!);
                commits.DeleteAll(groupId, output);
                output.Write(new GroupMetadataRecord(groupId, null));
            }
        }

        log.DeletedGroups(string.Join(", ", results.Where(static result => result.ErrorCode == ErrorCode.None).Select(static result => result.GroupId)));
        output.Reply(reply.With(results));
    });

    /// <summary>Drops what groups have committed for topics that were deleted.</summary>
    public CoordinatorResult<GroupRecord> OnTopicsDeleted(IReadOnlySet<string> topics) => Run(output => commits.DeleteTopics(topics, output));

    /// <inheritdoc/>
    public void Replay(long offset, long producerId, GroupRecord record)
    {
        switch (record)
        {
            case OffsetCommitRecord { Value: { } value } committed:
                // A commit makes its group, if the log holds no generation of it.
                groups.GetOrCreate(committed.GroupId, timers.NowMs);
                offsets.Put(committed.GroupId, committed.Topic, committed.Partition, value);
                break;
            case OffsetCommitRecord tombstone:
                offsets.Remove(tombstone.GroupId, tombstone.Topic, tombstone.Partition);
                break;
            case GroupMetadataRecord { Value: { } value } stored:
                groups.Put(ClassicGroup.FromRecord(stored.GroupId, value, timers.NowMs));
                break;
            case GroupMetadataRecord deleted:
                groups.Remove(deleted.GroupId);
                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public void OnLoaded()
    {
        foreach (var group in groups.All)
        {
            foreach (var member in group.Members)
            {
                heartbeats.Reschedule(group, member);
            }
        }

        expiration.Start();
    }

    /// <inheritdoc/>
    public IReadOnlyList<ReplyEffect> OnUnloaded()
    {
        var replies = new List<ReplyEffect>();
        foreach (var group in groups.All)
        {
            foreach (var member in group.Members)
            {
                if (member.AwaitingJoin is { } joining)
                {
                    replies.Add(joining.WithError(ErrorCode.NotCoordinator));
                }

                if (member.AwaitingSync is { } syncing)
                {
                    replies.Add(syncing.WithError(ErrorCode.NotCoordinator));
                }
            }

            group.TransitionTo(ClassicGroupState.Dead, timers.NowMs);
        }

        return replies;
    }

    private static CoordinatorResult<GroupRecord> Run(Action<GroupOutput> operation)
    {
        var output = new GroupOutput();
        operation(output);
        return output.ToResult();
    }
}
