using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Client.Connections;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Client.Consuming;

/// <summary>
/// Membership of a classic group: joins, takes or computes an assignment, and sends heartbeats while it lasts. Joining runs beside the caller, who looks at
/// <see cref="Step"/> whenever it polls; heartbeats run by themselves. State is guarded by one lock.
/// </summary>
internal sealed class ClassicGroup(ClusterClient cluster, ConsumerOptions options, Action wake) : IAsyncDisposable
{
    private const string ProtocolType = "consumer";
    private const short SubscriptionVersion = 3;
    private const short AssignmentVersion = 3;

    private readonly Lock _lock = new();
    private readonly ILogger _logger = cluster.Parts.Loggers.CreateLogger(ClientEvents.ConsumerCategory);
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _groupId = options.GroupId!;
    private Task<IReadOnlyList<TopicPartition>>? _joining;
    private Task _beating = Task.CompletedTask;
    private string _memberId = "";
    private int _generation = -1;
    private bool _needsJoin = true;
    private bool _wasLost;
    private long _polledAt;

    private RequestTarget Target => RequestTarget.GroupCoordinator(_groupId);

    private long Now => (long)cluster.Parts.Time.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>Member id and generation, for commits; an empty id and -1 for who is not a member.</summary>
    public (string MemberId, int Generation) Membership
    {
        get
        {
            lock (_lock)
            {
                return (_memberId, _generation);
            }
        }
    }

    /// <summary>What the caller has to do next.</summary>
    public GroupStep Step
    {
        get
        {
            lock (_lock)
            {
                _polledAt = Now;
                return _joining is not null
                    ? _joining.IsCompleted ? GroupStep.Assigned : GroupStep.Joining
                    : _needsJoin ? _wasLost ? GroupStep.Lost : GroupStep.MustJoin : GroupStep.Stable;
            }
        }
    }

    /// <summary>Asks for a rebalance: the subscription has changed.</summary>
    public void RequestJoin()
    {
        lock (_lock)
        {
            _needsJoin = true;
        }
    }

    /// <summary>Begins to join; partitions were given up by then.</summary>
    public void BeginJoin(IReadOnlyCollection<string> topics)
    {
        lock (_lock)
        {
            _needsJoin = false;
            _wasLost = false;
            _joining = JoinAsync(topics);
        }
    }

    /// <summary>The assignment of a join that is over.</summary>
    /// <exception cref="KafkaClientException">The group cannot be joined.</exception>
    public async ValueTask<IReadOnlyList<TopicPartition>> TakeAssignmentAsync()
    {
        var joining = _joining!;
        try
        {
            return await joining;
        }
        catch
        {
            lock (_lock)
            {
                _needsJoin = true;
            }

            throw;
        }
        finally
        {
            lock (_lock)
            {
                _joining = null;
            }
        }
    }

    /// <summary>An answer showed that this is not a member of this generation any more.</summary>
    public void OnFenced(ErrorCode error)
    {
        lock (_lock)
        {
            if (error is ErrorCode.UnknownMemberId or ErrorCode.FencedInstanceId)
            {
                _memberId = "";
            }

            if (error is not ErrorCode.RebalanceInProgress)
            {
                _generation = -1;
                _wasLost = true;
            }

            _needsJoin = true;
        }

        wake();
    }

    /// <summary>Leaves the group, unless this is a static member (KIP-345).</summary>
    public async ValueTask LeaveAsync(string reason, CancellationToken cancellationToken)
    {
        var (memberId, _) = Membership;
        if (memberId.Length == 0 || options.GroupInstanceId is not null)
        {
            return;
        }

        lock (_lock)
        {
            (_memberId, _generation) = ("", -1);
        }

        try
        {
            var connection = await cluster.ConnectAsync(Target, cancellationToken);
            var request = new LeaveGroupRequest { GroupId = _groupId };
            if (connection.Versions.Choose(ApiKey.LeaveGroup) >= 3)
            {
                request.Members = [new LeaveGroupRequest.MemberIdentity { MemberId = memberId, Reason = reason }];
            }
            else
            {
                request.MemberId = memberId;
            }

            await connection.SendAsync(request, SendOptions.Default, cancellationToken);
        }
        catch (KafkaClientException fault)
        {
            // The session ends by itself.
            _logger.JoinsAgain(cluster.Options.ClientId, _groupId, fault.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_joining is not null)
        {
            await ((Task)_joining).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _stopping.Dispose();
    }

    private async Task<IReadOnlyList<TopicPartition>> JoinAsync(IReadOnlyCollection<string> topics)
    {
        // Called with the lock held: nothing else may happen there.
        await default(ThreadPoolTurn);
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    if (await TryJoinAsync(topics) is { } assigned)
                    {
                        return assigned;
                    }
                }
                catch (KafkaClientException fault) when (fault.IsRetriable)
                {
                    cluster.Forget(Target, fault.Code);
                    _logger.JoinsAgain(cluster.Options.ClientId, _groupId, fault.Message);
                    await Task.Delay(Backoff.Of(cluster.Options.RetryBackoff, cluster.Options.RetryBackoffMaximum, attempt, cluster.Parts.Random), cluster.Parts.Time, _stopping.Token);
                }
            }
        }
        finally
        {
            wake();
        }
    }

    private async Task<IReadOnlyList<TopicPartition>?> TryJoinAsync(IReadOnlyCollection<string> topics)
    {
        var connection = await cluster.ConnectAsync(Target, _stopping.Token);
        var request = new JoinGroupRequest
        {
            GroupId = _groupId,
            SessionTimeoutMs = (int)options.SessionTimeout.TotalMilliseconds,
            RebalanceTimeoutMs = (int)options.MaximumPollInterval.TotalMilliseconds,
            MemberId = Membership.MemberId,
            GroupInstanceId = options.GroupInstanceId,
            ProtocolType = ProtocolType,
            Protocols = [.. options.Assignors.Select(name => new JoinGroupRequest.JoinGroupRequestProtocol { Name = name, Metadata = GroupProtocol.WriteSubscription(topics, SubscriptionVersion) })],
        };

        // The coordinator answers when all have come, at the latest after the rebalance timeout.
        var joined = await connection.SendAsync(request, new SendOptions(options.MaximumPollInterval + TimeSpan.FromSeconds(5)), _stopping.Token);
        switch (joined.ErrorCode)
        {
            case ErrorCode.None:
                break;
            case ErrorCode.MemberIdRequired:
                SetMember(joined.MemberId, -1);
                return null;
            case ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration:
                SetMember("", -1);
                return null;
            case ErrorCode.RebalanceInProgress:
                return null;
            default:
                throw new KafkaClientException(joined.ErrorCode, $"Group {_groupId} cannot be joined: {joined.ErrorCode.Info().Message}");
        }

        SetMember(joined.MemberId, joined.GenerationId);
        var sync = new SyncGroupRequest
        {
            GroupId = _groupId, GenerationId = joined.GenerationId, MemberId = joined.MemberId, GroupInstanceId = options.GroupInstanceId, ProtocolType = ProtocolType, ProtocolName = joined.ProtocolName,
        };
        if (joined.Leader == joined.MemberId && !joined.SkipAssignment)
        {
            sync.Assignments = await AssignAsync(joined);
        }

        var synced = await connection.SendAsync(sync, new SendOptions(options.MaximumPollInterval + TimeSpan.FromSeconds(5)), _stopping.Token);
        switch (synced.ErrorCode)
        {
            case ErrorCode.None:
                var assigned = GroupProtocol.ReadAssignment(synced.Assignment);
                _logger.Joined(cluster.Options.ClientId, _groupId, joined.MemberId, joined.GenerationId, string.Join(", ", assigned));
                StartBeating(joined.GenerationId);
                return assigned;
            case ErrorCode.UnknownMemberId:
                SetMember("", -1);
                return null;
            case ErrorCode.RebalanceInProgress or ErrorCode.IllegalGeneration:
                return null;
            default:
                throw new KafkaClientException(synced.ErrorCode, $"Group {_groupId} gives no assignment: {synced.ErrorCode.Info().Message}");
        }
    }

    private async ValueTask<List<SyncGroupRequest.SyncGroupRequestAssignment>> AssignAsync(JoinGroupResponse joined)
    {
        var members = joined.Members.Select(static member => new GroupSubscriber(member.MemberId, member.GroupInstanceId, GroupProtocol.ReadTopics(member.Metadata))).ToList();
        var topics = members.SelectMany(static member => member.Topics).ToHashSet(StringComparer.Ordinal);
        var metadata = await cluster.GetMetadataAsync(topics, _stopping.Token);
        var counts = metadata.Topics.Values.Where(topic => topic.Error == ErrorCode.None && topics.Contains(topic.Name))
            .ToDictionary(static topic => topic.Name, static topic => topic.Partitions.Count, StringComparer.Ordinal);
        return
        [
            .. Assignors.Assign(joined.ProtocolName ?? options.Assignors[0], members, counts).Select(static each => new SyncGroupRequest.SyncGroupRequestAssignment
            {
                MemberId = each.Key, Assignment = GroupProtocol.WriteAssignment(each.Value, AssignmentVersion),
            }),
        ];
    }

    private void SetMember(string memberId, int generation)
    {
        lock (_lock)
        {
            (_memberId, _generation) = (memberId, generation);
        }
    }

    private void StartBeating(int generation)
    {
        lock (_lock)
        {
            var before = _beating;
            _beating = BeatAsync(before, generation);
        }
    }

    private async Task BeatAsync(Task before, int generation)
    {
        await default(ThreadPoolTurn);
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            while (true)
            {
                await Task.Delay(options.HeartbeatInterval, cluster.Parts.Time, _stopping.Token);
                var (memberId, current) = Membership;
                if (current != generation)
                {
                    return;
                }

                if (await IsIdleTooLongAsync())
                {
                    return;
                }

                if (await BeatOnceAsync(memberId, generation) is { } error && error != ErrorCode.None)
                {
                    _logger.JoinsAgain(cluster.Options.ClientId, _groupId, error.Info().Message);
                    OnFenced(error);
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The consumer closes.
        }
    }

    // Who does not poll does not work: the group goes on without it (KIP-62).
    private async ValueTask<bool> IsIdleTooLongAsync()
    {
        lock (_lock)
        {
            if (_joining is not null || Now - _polledAt < (long)options.MaximumPollInterval.TotalMilliseconds)
            {
                return false;
            }
        }

        await LeaveAsync("consumer poll timeout has expired.", _stopping.Token);
        OnFenced(ErrorCode.UnknownMemberId);
        return true;
    }

    private async ValueTask<ErrorCode> BeatOnceAsync(string memberId, int generation)
    {
        try
        {
            var connection = await cluster.ConnectAsync(Target, _stopping.Token);
            var response = await connection.SendAsync(
                new HeartbeatRequest { GroupId = _groupId, MemberId = memberId, GenerationId = generation, GroupInstanceId = options.GroupInstanceId }, SendOptions.Default, _stopping.Token);
            if (response.ErrorCode.IsRetriable() && response.ErrorCode != ErrorCode.RebalanceInProgress)
            {
                cluster.Forget(Target, response.ErrorCode);
                return ErrorCode.None;
            }

            return response.ErrorCode;
        }
        catch (KafkaClientException fault) when (fault.IsRetriable)
        {
            cluster.Forget(Target, fault.Code);
            return ErrorCode.None;
        }
    }
}
