using Kafka.Modular.Coordination;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Groups.Tests;

/// <summary>A group coordinator on a clock that stands still until it is moved, over a log in memory that can fail or hold back commits.</summary>
internal sealed class GroupHarness
{
    public const string Group = "orders-readers";

    private readonly InlineEventLoop _loop;

    public GroupHarness(GroupCoordinatorConfig? config = null, MemoryCoordinatorLog? log = null, bool load = true)
    {
        Time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));
        _loop = new InlineEventLoop("group", Time);
        Log = log ?? new MemoryCoordinatorLog();
        Config = config ?? new GroupCoordinatorConfig { InitialRebalanceDelayMs = 0, OffsetsTopicPartitions = 1 };
        Coordinator = new GroupCoordinator(
            Config, [_loop], Log, CompressionCodecs.Empty, new SeededRandomSource(1), commitTimeoutMs: 5_000, NullLogger.Instance);
        if (load)
        {
            Load();
        }
    }

    public FakeTimeProvider Time { get; }

    public GroupCoordinatorConfig Config { get; }

    public MemoryCoordinatorLog Log { get; }

    public GroupCoordinator Coordinator { get; }

    /// <summary>A coordinator that reads what this one wrote, as after a restart.</summary>
    public GroupHarness Restart() => new(Config, Log);

    public void Load(int leaderEpoch = 0)
    {
        Coordinator.Load(0, leaderEpoch);
        Run();
    }

    public void Unload(int leaderEpoch)
    {
        Coordinator.Unload(0, leaderEpoch);
        Run();
    }

    public void Run() => _loop.RunPending();

    /// <summary>Moves the clock in steps, so that timers run in their order.</summary>
    public void Advance(int milliseconds, int stepMs = 100)
    {
        for (var passed = 0; passed < milliseconds; passed += stepMs)
        {
            Time.Advance(TimeSpan.FromMilliseconds(Math.Min(stepMs, milliseconds - passed)));
            Run();
        }
    }

    public Task<JoinGroupResponse> Join(
        string memberId = "",
        string? instanceId = null,
        short version = 9,
        string protocolType = "consumer",
        string[]? protocols = null,
        int sessionTimeoutMs = 10_000,
        int rebalanceTimeoutMs = 60_000,
        string group = Group,
        byte[]? metadata = null)
    {
        var request = new JoinGroupRequest
        {
            GroupId = group,
            MemberId = memberId,
            GroupInstanceId = instanceId,
            ProtocolType = protocolType,
            SessionTimeoutMs = sessionTimeoutMs,
            RebalanceTimeoutMs = rebalanceTimeoutMs,
        };
        foreach (var protocol in protocols ?? ["range"])
        {
            request.Protocols.Add(new JoinGroupRequest.JoinGroupRequestProtocol { Name = protocol, Metadata = metadata ?? [1, 2, 3] });
        }

        return Start(Coordinator.JoinAsync(new GroupCaller("client", "/127.0.0.1", version), request));
    }

    /// <summary>Joins as a new dynamic member with the id round trip of KIP-394.</summary>
    public Task<JoinGroupResponse> JoinNew(string[]? protocols = null, int sessionTimeoutMs = 10_000, int rebalanceTimeoutMs = 60_000, byte[]? metadata = null)
    {
        var first = Answer(Join(protocols: protocols, sessionTimeoutMs: sessionTimeoutMs, rebalanceTimeoutMs: rebalanceTimeoutMs, metadata: metadata));
        Assert.That(first.ErrorCode, Is.EqualTo(ErrorCode.MemberIdRequired));
        return Join(first.MemberId, protocols: protocols, sessionTimeoutMs: sessionTimeoutMs, rebalanceTimeoutMs: rebalanceTimeoutMs, metadata: metadata);
    }

    public Task<SyncGroupResponse> Sync(
        string memberId, int generation, IReadOnlyDictionary<string, byte[]>? assignments = null, string? instanceId = null, string? protocolName = null)
    {
        var request = new SyncGroupRequest
        {
            GroupId = Group, MemberId = memberId, GenerationId = generation, GroupInstanceId = instanceId, ProtocolName = protocolName,
        };
        foreach (var (member, assignment) in assignments ?? new Dictionary<string, byte[]>(StringComparer.Ordinal))
        {
            request.Assignments.Add(new SyncGroupRequest.SyncGroupRequestAssignment { MemberId = member, Assignment = assignment });
        }

        return Start(Coordinator.SyncAsync(request));
    }

    public ErrorCode Heartbeat(string memberId, int generation, string? instanceId = null, string group = Group)
        => Answer(Start(Coordinator.HeartbeatAsync(new HeartbeatRequest
        {
            GroupId = group, MemberId = memberId, GenerationId = generation, GroupInstanceId = instanceId,
        }))).ErrorCode;

    public LeaveGroupResponse Leave(string memberId, string? instanceId = null, string group = Group)
    {
        var request = new LeaveGroupRequest { GroupId = group };
        request.Members.Add(new LeaveGroupRequest.MemberIdentity { MemberId = memberId, GroupInstanceId = instanceId });
        return Answer(Start(Coordinator.LeaveAsync(request)));
    }

    public Task<OffsetCommitResponse> CommitAsync(
        long offset,
        string memberId = "",
        int generation = -1,
        string topic = "orders",
        int partition = 0,
        string? instanceId = null,
        short version = 9,
        string? metadata = null,
        long retentionMs = -1,
        Uuid topicId = default,
        string group = Group)
    {
        var request = new OffsetCommitRequest
        {
            GroupId = group,
            MemberId = memberId,
            GenerationIdOrMemberEpoch = generation,
            GroupInstanceId = instanceId,
            RetentionTimeMs = retentionMs,
        };
        var requestTopic = new OffsetCommitRequest.OffsetCommitRequestTopic { Name = topic, TopicId = topicId };
        requestTopic.Partitions.Add(new OffsetCommitRequest.OffsetCommitRequestPartition
        {
            PartitionIndex = partition, CommittedOffset = offset, CommittedLeaderEpoch = 3, CommittedMetadata = metadata,
        });
        request.Topics.Add(requestTopic);
        return Start(Coordinator.CommitOffsetsAsync(new GroupCaller("client", "/127.0.0.1", version), request));
    }

    public ErrorCode Commit(
        long offset,
        string memberId = "",
        int generation = -1,
        string topic = "orders",
        int partition = 0,
        string? instanceId = null,
        short version = 9,
        string? metadata = null,
        long retentionMs = -1,
        Uuid topicId = default,
        string group = Group)
        => Answer(CommitAsync(offset, memberId, generation, topic, partition, instanceId, version, metadata, retentionMs, topicId, group))
            .Topics[0].Partitions[0].ErrorCode;

    public OffsetFetchResponse.OffsetFetchResponseGroup FetchAll(string group = Group)
        => Answer(Start(Coordinator.FetchOffsetsAsync(new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = group, Topics = null })));

    public long Committed(string topic = "orders", int partition = 0, string group = Group, Uuid topicId = default)
    {
        var request = new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = group, Topics = [] };
        request.Topics.Add(new OffsetFetchRequest.OffsetFetchRequestTopics { Name = topic, PartitionIndexes = [partition], TopicId = topicId });
        return Answer(Start(Coordinator.FetchOffsetsAsync(request))).Topics[0].Partitions[0].CommittedOffset;
    }

    public DescribeGroupsResponse.DescribedGroup Describe(string group = Group, short version = 6)
        => Answer(Start(Coordinator.DescribeAsync(group, version)));

    /// <summary>Answers from several shards are put together on another thread: awaited, not expected at once.</summary>
    public Task<ListGroupsResponse> List(string[]? states = null, string[]? types = null)
        => Start(Coordinator.ListAsync(new ListGroupsRequest { StatesFilter = [.. states ?? []], TypesFilter = [.. types ?? []] }));

    public async Task<ErrorCode> Delete(string group = Group) => (await Start(Coordinator.DeleteAsync([group])))[0].ErrorCode;

    /// <summary>Joins and syncs one member alone; the group is stable with it.</summary>
    public (string MemberId, int Generation) Stable(string? instanceId = null, byte[]? metadata = null)
    {
        var joined = Answer(instanceId is null ? JoinNew(metadata: metadata) : Join(instanceId: instanceId, metadata: metadata));
        var synced = Answer(Sync(joined.MemberId, joined.GenerationId, new Dictionary<string, byte[]>(StringComparer.Ordinal) { [joined.MemberId] = [7] }, instanceId));
        Assert.That(synced.ErrorCode, Is.EqualTo(ErrorCode.None));
        return (joined.MemberId, joined.GenerationId);
    }

    /// <summary>The answer, which must be there.</summary>
    public static T Answer<T>(Task<T> task)
    {
        Assert.That(task.IsCompletedSuccessfully, Is.True, "there is no answer yet");
        return task.Result;
    }

    private Task<T> Start<T>(Task<T> task)
    {
        Run();
        return task;
    }
}
