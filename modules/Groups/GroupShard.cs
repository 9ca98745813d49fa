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
    private readonly ClassicGroupRegistry _groups = new();
    private readonly GroupOffsets _offsets = new();
    private readonly ICoordinatorTimers<GroupRecord> _timers;
    private readonly ClassicHeartbeats _heartbeats;
    private readonly ClassicRebalance _rebalance;
    private readonly ClassicJoin _join;
    private readonly ClassicSync _sync;
    private readonly ClassicMembership _membership;
    private readonly ClassicGroupViews _views;
    private readonly OffsetCommits _commits;
    private readonly OffsetFetches _fetches;
    private readonly OffsetDeletions _deletions;
    private readonly OffsetExpiration _expiration;
    private readonly ILogger _log;

    public GroupShard(ICoordinatorTimers<GroupRecord> timers, GroupCoordinatorConfig config, Func<Guid> newId, ILogger log)
    {
        _timers = timers;
        _log = log;
        _heartbeats = new ClassicHeartbeats(timers);
        _rebalance = new ClassicRebalance(_groups, timers, _heartbeats, config, log);
        _join = new ClassicJoin(_groups, timers, _heartbeats, _rebalance, config, newId, log);
        _sync = new ClassicSync(_groups, timers, _rebalance, log);
        _membership = new ClassicMembership(_groups, _heartbeats, _rebalance);
        _views = new ClassicGroupViews(_groups);
        _commits = new OffsetCommits(_groups, _offsets, timers, _heartbeats, config);
        _fetches = new OffsetFetches(_groups, _offsets);
        _deletions = new OffsetDeletions(_groups, _offsets);
        _expiration = new OffsetExpiration(_groups, _offsets, timers, config);
    }

    public CoordinatorResult<GroupRecord> Join(GroupCaller caller, JoinGroupRequest request, PendingReply<JoinGroupResponse> reply)
        => Run(output => _join.Join(caller, request, reply, output));

    public CoordinatorResult<GroupRecord> Sync(SyncGroupRequest request, PendingReply<SyncGroupResponse> reply)
        => Run(output => _sync.Sync(request, reply, output));

    public CoordinatorResult<GroupRecord> Heartbeat(HeartbeatRequest request, PendingReply<HeartbeatResponse> reply)
        => Run(output => _membership.Heartbeat(request, reply, output));

    public CoordinatorResult<GroupRecord> Leave(LeaveGroupRequest request, PendingReply<LeaveGroupResponse> reply)
        => Run(output => _membership.Leave(request, reply, output));

    public CoordinatorResult<GroupRecord> Commit(GroupCaller caller, OffsetCommitRequest request, PendingReply<OffsetCommitResponse> reply)
        => Run(output => _commits.Commit(caller, request, reply, output));

    public CoordinatorResult<GroupRecord> DeleteOffsets(OffsetDeleteRequest request, PendingReply<OffsetDeleteResponse> reply)
        => Run(output => _deletions.Delete(request, reply, output));

    public OffsetFetchResponse.OffsetFetchResponseGroup FetchOffsets(OffsetFetchRequest.OffsetFetchRequestGroup request) => _fetches.Fetch(request);

    public DescribeGroupsResponse.DescribedGroup Describe(string groupId, short apiVersion) => _views.Describe(groupId, apiVersion);

    public List<ListGroupsResponse.ListedGroup> List(IReadOnlyCollection<string> states, IReadOnlyCollection<string> types) => _views.List(states, types);

    /// <summary>What metrics tell of each group and of offsets without one.</summary>
    public List<GroupSummary> Summarize() =>
    [
        .. _groups.All.Select(group => new GroupSummary(group.GroupId, group.State.ToString(), group.Members.Count, OffsetsOf(group.GroupId))),
        .. _offsets.GroupIds.Where(groupId => _groups.Find(groupId) is null).Select(groupId => new GroupSummary(groupId, "", 0, OffsetsOf(groupId))),
    ];

    /// <summary>Deletes groups that have no members, with their offsets.</summary>
    public CoordinatorResult<GroupRecord> Delete(
        IReadOnlyList<string> groupIds, PendingReply<List<DeleteGroupsResponse.DeletableGroupResult>> reply) => Run(output =>
    {
        var results = new List<DeleteGroupsResponse.DeletableGroupResult>();
        foreach (var groupId in groupIds)
        {
            var error = _groups.Find(groupId) switch
            {
                null or { State: ClassicGroupState.Dead } => ErrorCode.GroupIdNotFound,
                { State: ClassicGroupState.Empty } => ErrorCode.None,
                _ => ErrorCode.NonEmptyGroup,
            };
            results.Add(new DeleteGroupsResponse.DeletableGroupResult { GroupId = groupId, ErrorCode = error });
            if (error == ErrorCode.None)
            {
                _rebalance.CancelTimers(_groups.Find(groupId)!);
                _commits.DeleteAll(groupId, output);
                output.Write(new GroupMetadataRecord(groupId, null));
            }
        }

        _log.DeletedGroups(string.Join(", ", results.Where(static result => result.ErrorCode == ErrorCode.None).Select(static result => result.GroupId)));
        output.Reply(reply.With(results));
    });

    /// <summary>Drops what groups have committed for topics that were deleted.</summary>
    public CoordinatorResult<GroupRecord> OnTopicsDeleted(IReadOnlySet<string> topics)
    {
        var output = new GroupOutput { IsAtomic = false };
        _commits.DeleteTopics(topics, output);
        return output.ToResult();
    }

    /// <inheritdoc/>
    public void Replay(long offset, long producerId, GroupRecord record)
    {
        switch (record)
        {
            case OffsetCommitRecord { Value: { } value } committed:
                // A commit makes its group, if the log holds no generation of it.
                _groups.GetOrCreate(committed.GroupId, _timers.NowMs);
                _offsets.Put(committed.GroupId, committed.Topic, committed.Partition, value);
                break;
            case OffsetCommitRecord tombstone:
                _offsets.Remove(tombstone.GroupId, tombstone.Topic, tombstone.Partition);
                break;
            case GroupMetadataRecord { Value: { } value } stored:
                _groups.Put(ClassicGroup.FromRecord(stored.GroupId, value, _timers.NowMs));
                break;
            case GroupMetadataRecord deleted:
                _groups.Remove(deleted.GroupId);
                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public void OnLoaded()
    {
        foreach (var group in _groups.All)
        {
            foreach (var member in group.Members)
            {
                _heartbeats.Reschedule(group, member);
            }
        }

        _expiration.Start();
    }

    /// <inheritdoc/>
    public IReadOnlyList<ReplyEffect> OnUnloaded()
    {
        var replies = new List<ReplyEffect>();
        foreach (var group in _groups.All)
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

            group.TransitionTo(ClassicGroupState.Dead, _timers.NowMs);
        }

        return replies;
    }

    private List<(string Topic, int Partition, long Offset)> OffsetsOf(string groupId) =>
        [.. _offsets.Of(groupId).SelectMany(static topic => topic.Partitions.Select(partition => (topic.Topic, partition.Key, partition.Value.Offset)))];

    private static CoordinatorResult<GroupRecord> Run(Action<GroupOutput> operation)
    {
        var output = new GroupOutput();
        operation(output);
        return output.ToResult();
    }
}
