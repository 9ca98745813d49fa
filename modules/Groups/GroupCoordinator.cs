using Kafka.Modular.Coordination;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Groups;

/// <summary>
/// The group coordinator of this node: finds the partition of <c>__consumer_offsets</c> that a group lives in and asks its shard.
/// Any thread may call it. Requests are checked for what needs no state (group id, session timeout) before they reach a shard.
/// </summary>
public sealed class GroupCoordinator : IAsyncDisposable
{
    /// <summary>The topic that groups and offsets are stored in.</summary>
    public const string OffsetsTopic = "__consumer_offsets";

    private readonly CoordinatorRuntime<GroupShard, GroupRecord> _runtime;
    private readonly GroupCoordinatorConfig _config;
    private int _offsetsTopicPartitions;

    /// <summary>Creates a coordinator that coordinates nothing until <see cref="Load"/>.</summary>
    /// <param name="config">Its settings.</param>
    /// <param name="loops">The loops that the shards share.</param>
    /// <param name="log">The partitions of the offsets topic.</param>
    /// <param name="codecs">Codecs for batches that another broker compressed.</param>
    /// <param name="random">Makes member ids.</param>
    /// <param name="commitTimeoutMs"><c>offsets.commit.timeout.ms</c>.</param>
    /// <param name="logger">Where it logs.</param>
    public GroupCoordinator(
        GroupCoordinatorConfig config,
        IReadOnlyList<IEventLoop> loops,
        ICoordinatorLog log,
        CompressionCodecs codecs,
        RandomSource random,
        int commitTimeoutMs,
        ILogger logger)
    {
        _config = config;
        _offsetsTopicPartitions = config.OffsetsTopicPartitions;
        _runtime = new CoordinatorRuntime<GroupShard, GroupRecord>(
            loops,
            log,
            new GroupRecordCodec(),
            codecs,
            (_, timers) => new GroupShard(timers, config, () => NewId(random), logger),
            commitTimeoutMs,
            logger);
    }

    /// <summary>The partition of the offsets topic that a group lives in: Java's hash of the id, modulo the partition count.</summary>
    public int PartitionFor(string groupId)
    {
        var hash = JavaHash(groupId);

        // Java's abs of the smallest int counts as 0 here.
        return (hash == int.MinValue ? 0 : Math.Abs(hash)) % Volatile.Read(ref _offsetsTopicPartitions);
    }

    /// <summary>The offsets topic exists, with so many partitions.</summary>
    public void OnOffsetsTopic(int partitions) => Volatile.Write(ref _offsetsTopicPartitions, partitions);

    /// <summary>This node leads a partition of the offsets topic from this epoch on.</summary>
    public void Load(int partition, int leaderEpoch) => _runtime.Load(new TopicPartition(OffsetsTopic, partition), leaderEpoch);

    /// <summary>This node leads a partition of the offsets topic no longer.</summary>
    public void Unload(int partition, int? leaderEpoch) => _runtime.Unload(new TopicPartition(OffsetsTopic, partition), leaderEpoch);

    /// <summary>Answers everybody who waits, and ends.</summary>
    public ValueTask DisposeAsync() => _runtime.DisposeAsync();

    /// <summary>JoinGroup. Completes when the generation begins, or with an error.</summary>
    public Task<JoinGroupResponse> JoinAsync(GroupCaller caller, JoinGroupRequest request)
    {
        if (request.GroupId.Length == 0)
        {
            return Task.FromResult(Error(ErrorCode.InvalidGroupId));
        }

        if (request.SessionTimeoutMs < _config.MinSessionTimeoutMs || request.SessionTimeoutMs > _config.MaxSessionTimeoutMs)
        {
            return Task.FromResult(Error(ErrorCode.InvalidSessionTimeout));
        }

        return _runtime.WriteAsync<JoinGroupResponse>(Of(request.GroupId), (shard, reply) => shard.Join(caller, request, reply), Error);

        JoinGroupResponse Error(ErrorCode error) => new()
        {
            ErrorCode = error,
            MemberId = request.MemberId,
            ProtocolName = caller.ApiVersion >= 7 ? null : "",
        };
    }

    /// <summary>SyncGroup. Completes when the leader has brought the assignment and it is stored, or with an error.</summary>
    public Task<SyncGroupResponse> SyncAsync(SyncGroupRequest request)
        => request.GroupId.Length == 0
            ? Task.FromResult(new SyncGroupResponse { ErrorCode = ErrorCode.InvalidGroupId })
            : _runtime.WriteAsync<SyncGroupResponse>(
                Of(request.GroupId),
                (shard, reply) => shard.Sync(request, reply),
                static error => new SyncGroupResponse { ErrorCode = error });

    /// <summary>Heartbeat. While a coordinator loads it is told that all is well: the session is not lost by it.</summary>
    public Task<HeartbeatResponse> HeartbeatAsync(HeartbeatRequest request)
        => request.GroupId.Length == 0
            ? Task.FromResult(new HeartbeatResponse { ErrorCode = ErrorCode.InvalidGroupId })
            : _runtime.WriteAsync<HeartbeatResponse>(
                Of(request.GroupId),
                (shard, reply) => shard.Heartbeat(request, reply),
                static error => new HeartbeatResponse { ErrorCode = error == ErrorCode.CoordinatorLoadInProgress ? ErrorCode.None : error });

    /// <summary>LeaveGroup, of one member or several.</summary>
    public Task<LeaveGroupResponse> LeaveAsync(LeaveGroupRequest request)
        => request.GroupId.Length == 0
            ? Task.FromResult(new LeaveGroupResponse { ErrorCode = ErrorCode.InvalidGroupId })
            : _runtime.WriteAsync<LeaveGroupResponse>(
                Of(request.GroupId),
                (shard, reply) => shard.Leave(request, reply),
                static error => new LeaveGroupResponse { ErrorCode = error });

    /// <summary>OffsetCommit; topics carry their name, whatever the version of the request. An error of the whole request stands at each partition.</summary>
    public Task<OffsetCommitResponse> CommitOffsetsAsync(GroupCaller caller, OffsetCommitRequest request)
        => _runtime.WriteAsync<OffsetCommitResponse>(
            Of(request.GroupId),
            (shard, reply) => shard.Commit(caller, request, reply),
            error => OffsetCommitErrors.ForAll(request, error));

    /// <summary>OffsetFetch of one group; null topics ask for all. Topics carry their name, whatever the version of the request.</summary>
    public Task<OffsetFetchResponse.OffsetFetchResponseGroup> FetchOffsetsAsync(OffsetFetchRequest.OffsetFetchRequestGroup request)
        => _runtime.ReadAsync(
            Of(request.GroupId),
            shard => shard.FetchOffsets(request),
            error => new OffsetFetchResponse.OffsetFetchResponseGroup { GroupId = request.GroupId, ErrorCode = error });

    /// <summary>OffsetDelete. The topics exist: whether they do is the caller's to check.</summary>
    public Task<OffsetDeleteResponse> DeleteOffsetsAsync(OffsetDeleteRequest request)
        => request.GroupId.Length == 0
            ? Task.FromResult(new OffsetDeleteResponse { ErrorCode = ErrorCode.InvalidGroupId })
            : _runtime.WriteAsync<OffsetDeleteResponse>(
                Of(request.GroupId),
                (shard, reply) => shard.DeleteOffsets(request, reply),
                static error => new OffsetDeleteResponse { ErrorCode = error });

    /// <summary>DescribeGroups of one group.</summary>
    public Task<DescribeGroupsResponse.DescribedGroup> DescribeAsync(string groupId, short apiVersion)
        => groupId.Length == 0
            ? Task.FromResult(new DescribeGroupsResponse.DescribedGroup { GroupId = groupId, ErrorCode = ErrorCode.InvalidGroupId })
            : _runtime.ReadAsync(
                Of(groupId),
                shard => shard.Describe(groupId, apiVersion),
                error => new DescribeGroupsResponse.DescribedGroup { GroupId = groupId, ErrorCode = error });

    /// <summary>ListGroups over all that this node coordinates; one shard that loads makes it COORDINATOR_LOAD_IN_PROGRESS.</summary>
    public async Task<ListGroupsResponse> ListAsync(ListGroupsRequest request)
    {
        var response = new ListGroupsResponse();
        var parts = await Task.WhenAll(_runtime.Partitions.Select(partition => _runtime.ReadAsync(
            partition,
            shard => (Error: ErrorCode.None, Groups: shard.List(request.StatesFilter, request.TypesFilter)),
            static error => (error, []))));
        foreach (var (error, groups) in parts)
        {
            // A shard that was given up meanwhile lists its groups on its new node.
            if (error is not (ErrorCode.None or ErrorCode.NotCoordinator))
            {
                return new ListGroupsResponse { ErrorCode = error };
            }

            response.Groups.AddRange(groups);
        }

        return response;
    }

    /// <summary>What metrics tell of the groups that this node coordinates; those of a shard that loads are left out.</summary>
    public async Task<IReadOnlyList<GroupSummary>> SummarizeAsync() =>
    [
        .. (await Task.WhenAll(_runtime.Partitions.Select(partition => _runtime.ReadAsync(partition, static shard => shard.Summarize(), static _ => []))))
            .SelectMany(static groups => groups),
    ];

    /// <summary>DeleteGroups; each group has its own result.</summary>
    public async Task<List<DeleteGroupsResponse.DeletableGroupResult>> DeleteAsync(IReadOnlyList<string> groupIds)
    {
        var parts = await Task.WhenAll(groupIds.Where(static id => id.Length > 0).Distinct(StringComparer.Ordinal).GroupBy(PartitionFor).Select(part =>
        {
            string[] ids = [.. part];
            return _runtime.WriteAsync<List<DeleteGroupsResponse.DeletableGroupResult>>(
                new TopicPartition(OffsetsTopic, part.Key),
                (shard, reply) => shard.Delete(ids, reply),
                error => [.. ids.Select(id => new DeleteGroupsResponse.DeletableGroupResult { GroupId = id, ErrorCode = error })]);
        }));
        var results = parts.SelectMany(static part => part).ToList();
        if (groupIds.Contains("", StringComparer.Ordinal))
        {
            results.Add(new DeleteGroupsResponse.DeletableGroupResult { GroupId = "", ErrorCode = ErrorCode.InvalidGroupId });
        }

        return results;
    }

    /// <summary>Topics were deleted: what groups have committed for them goes too.</summary>
    public Task OnTopicsDeletedAsync(IReadOnlySet<string> topics) => Task.WhenAll(_runtime.Partitions.Select(partition =>
        _runtime.WriteAsync<ErrorCode>(
            partition,
            (shard, reply) =>
            {
                reply.Give(ErrorCode.None);
                return shard.OnTopicsDeleted(topics);
            },
            static error => error)));

    private static int JavaHash(string text)
    {
        var hash = 0;
        foreach (var unit in text)
        {
            hash = unchecked((31 * hash) + unit);
        }

        return hash;
    }

    private static Guid NewId(RandomSource random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private TopicPartition Of(string groupId) => new(OffsetsTopic, PartitionFor(groupId));
}
