using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.States;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft;

/// <summary>
/// One replica of the metadata quorum as a pure state machine: an event and the time go in, effects come out (KIP-595, KIP-630, KIP-853, KIP-996).
/// It reads no clock, no file and no socket. Raft loop only.
/// </summary>
/// <remarks>
/// The files of this class: elections, leading, fetching (leader's side), following, snapshots, reconfiguration, transitions and timers.
/// </remarks>
internal sealed partial class RaftStateMachine
{
    private readonly RaftSettings _settings;
    private readonly RandomSource _random;
    private readonly RaftLogState _log;
    private readonly QuorumConfiguration _configuration;
    private readonly RequestTracker _requests;
    private readonly ParkedFetches _parked = new();
    private readonly ElectionState? _stored;
    private List<RaftOutput> _outputs = [];
    private EpochState _state;
    private LeaderAndEpoch _lastNotified = LeaderAndEpoch.Unknown;
    private long _now;
    private long _lastCorrelationId;
    private bool _pollAgain;
    private bool _isShuttingDown;
    private bool _isShutdownReported;
    private bool _hasFailed;

    /// <summary>Creates a replica from what is stored. Nothing happens before <see cref="Started"/>.</summary>
    /// <param name="settings">Identity, peers and times.</param>
    /// <param name="log">The shape of the log.</param>
    /// <param name="configuration">What the log's snapshot and control records say.</param>
    /// <param name="stored">The stored election state, or null at the first start.</param>
    /// <param name="random">Spreads election timeouts.</param>
    public RaftStateMachine(
        RaftSettings settings, RaftLogState log, QuorumConfiguration configuration, ElectionState? stored, RandomSource random)
    {
        _settings = settings;
        _log = log;
        _configuration = configuration;
        _stored = stored;
        _random = random;
        _requests = new(BootstrapNodes(settings), settings.RetryBackoffMs, settings.RequestTimeoutMs, random);
        _state = new UnattachedState(stored?.Epoch ?? 0, -1, stored?.VotedKey, null, long.MaxValue);
    }

    /// <summary>When <see cref="Step"/> wants to be called again though nothing has happened, or <see cref="long.MaxValue"/>.</summary>
    public long NextDeadline { get; private set; } = long.MaxValue;

    /// <summary>The role in the current epoch.</summary>
    public EpochState State => _state;

    /// <summary>The current epoch and its leader.</summary>
    public LeaderAndEpoch LeaderAndEpoch => new(_state.LeaderId, _state.Epoch);

    /// <summary>The highest committed offset known, or null.</summary>
    public long? HighWatermark => _state.HighWatermark;

    /// <summary>Everything below is committed, as far as this replica has learned since it started; -1 when it has learned nothing. It never goes back.</summary>
    public long CommittedOffset => _publishedHighWatermark;

    /// <summary>The shape of the log.</summary>
    public RaftLogState Log => _log;

    /// <summary>Voters and <c>kraft.version</c>.</summary>
    public QuorumConfiguration Configuration => _configuration;

    /// <summary>True when this replica is one of the voters.</summary>
    public bool IsVoter => _configuration.Voters.IsVoter(_settings.LocalKey);

    private bool IsOnlyVoter => _configuration.Voters.IsOnlyVoter(_settings.LocalKey);

    /// <summary>Takes an event and adds the effects that it calls for.</summary>
    /// <param name="input">What happened.</param>
    /// <param name="now">Milliseconds on a clock that never goes back.</param>
    /// <param name="outputs">Receives the effects, in the order in which they must be carried out.</param>
    public void Step(RaftEvent input, long now, List<RaftOutput> outputs)
    {
        _now = Math.Max(_now, now);
        _outputs = outputs;
        if (_hasFailed)
        {
            if (input is RequestReceived refused)
                Refuse(refused, ErrorCode.BrokerNotAvailable);
            return;
        }

        Handle(input);
        PollUntilQuiet();
    }

    private static List<RaftNode> BootstrapNodes(RaftSettings settings)
    {
        var nodes = new List<RaftNode>();
        // Kafka numbers servers whose node id is not known -2, -3, …
        foreach (var server in settings.BootstrapServers)
            nodes.Add(new(-2 - nodes.Count, server));
        if (nodes.Count > 0)
            return nodes;
        foreach (var voter in settings.StaticVoters.Nodes)
        {
            if (voter.Key.Id != settings.NodeId && voter.Endpoints.Find(settings.ControllerListenerName) is { } endpoint)
                nodes.Add(new(voter.Key.Id, endpoint));
        }

        return nodes;
    }

    private void Handle(RaftEvent input)
    {
        switch (input)
        {
            case Started:
                Start();
                break;
            case TimePassed:
                break;
            case RequestReceived request:
                HandleRequest(request);
                break;
            case ReplyReceived reply:
                HandleReply(reply);
                break;
            case RequestFailed failed:
                HandleFailure(failed);
                break;
            case AppendRequested append:
                HandleAppend(append.Batch);
                break;
            case LogFlushed flushed:
                HandleFlushed(flushed.EndOffset);
                break;
            case SnapshotCreated created when created.Snapshot.Id.Offset >= _log.StartOffset:
                _log.AddSnapshot(created.Snapshot);
                _configuration.ForgetBefore(_log.EarliestSnapshot!.Value.Id.Offset - 1);
                break;
            case LogCleaned cleaned:
                _log.DeleteBefore(cleaned.SnapshotId);
                _configuration.ForgetBefore(cleaned.SnapshotId.Offset - 1);
                break;
            case SnapshotInstalled installed:
                HandleSnapshotInstalled(installed);
                break;
            case SnapshotRejected rejected:
                HandleSnapshotRejected(rejected.SnapshotId);
                break;
            case ResignRequested resign when _state is LeaderState leader && leader.Epoch == resign.Epoch:
                leader.IsResignRequested = true;
                break;
            case UpgradeRequested upgrade:
                HandleUpgrade(upgrade);
                break;
            case ShutdownRequested:
                _isShuttingDown = true;
                break;
        }
    }

    private void HandleRequest(RequestReceived received)
    {
        if (received.Request.ClusterId is { } clusterId && clusterId != _settings.ClusterId)
        {
            Refuse(received, ErrorCode.InconsistentClusterId, topLevel: true);
            return;
        }

        switch (received.Request)
        {
            case VoteCall vote:
                Reply(received.RequestId, HandleVote(vote));
                break;
            case BeginEpochCall begin:
                Reply(received.RequestId, HandleBeginEpoch(begin));
                break;
            case EndEpochCall end:
                Reply(received.RequestId, HandleEndEpoch(end));
                break;
            case FetchCall fetch:
                HandleFetch(received.RequestId, fetch);
                break;
            case FetchSnapshotCall snapshot:
                HandleFetchSnapshot(received.RequestId, snapshot);
                break;
            case UpdateVoterCall update:
                Reply(received.RequestId, HandleUpdateVoter(update));
                break;
            case AddVoterCall add:
                HandleAddVoter(received.RequestId, add);
                break;
            case RemoveVoterCall remove:
                HandleRemoveVoter(received.RequestId, remove);
                break;
            case SupportedVersionsCall:
                Reply(received.RequestId, new SupportedVersionsReply(0, _settings.MaxKRaftVersion));
                break;
            case DescribeQuorumCall:
                Reply(received.RequestId, DescribeQuorum());
                break;
        }
    }

    private void HandleReply(ReplyReceived received)
    {
        if (!_requests.IsExpected(received.Source, received.CorrelationId))
            return;
        var succeeded = received.Reply switch
        {
            VoteReply vote => HandleVoteReply(received.Source, vote),
            BeginEpochReply begin => HandleBeginEpochReply(received.Source, begin),
            EndEpochReply end => HandleEndEpochReply(received.Source, end),
            FetchReply fetch => HandleFetchReply(received.Source, fetch),
            FetchSnapshotReply snapshot => HandleFetchSnapshotReply(received.Source, snapshot),
            UpdateVoterReply update => HandleUpdateVoterReply(received.Source, update),
            VoterChangeReply change => HandleVoterChangeReply(change),
            SupportedVersionsReply versions => HandleSupportedVersions(received.Source, versions),
            _ => false,
        };
        _requests.Completed(received.Source, received.CorrelationId, succeeded, _now);
    }

    private void HandleFailure(RequestFailed failed)
    {
        if (!_requests.IsExpected(failed.Source, failed.CorrelationId))
            return;
        _requests.Completed(failed.Source, failed.CorrelationId, succeeded: false, _now);
        AbortVoterChangeAt(failed.Source);
    }

    /// <summary>
    /// What a reply says of leader and epoch, before anything else in it counts. Null: the reply is of this epoch and its error is still to be handled;
    /// else it is dealt with, and the value says whether the node may be asked again at once.
    /// </summary>
    private bool? HandleCommon(RaftReply reply, RaftNode source)
    {
        var endpoints = reply.LeaderId >= 0 && reply.LeaderEndpoints.IsEmpty
            ? _configuration.Voters.EndpointsOf(reply.LeaderId)
            : reply.LeaderEndpoints;
        if (reply.LeaderEpoch < _state.Epoch || reply.Error == ErrorCode.UnknownLeaderEpoch)
            return false;
        var before = _state;
        if (reply.LeaderEpoch > _state.Epoch || reply.Error is ErrorCode.FencedLeaderEpoch or ErrorCode.NotLeaderOrFollower)
        {
            FollowNews(reply.LeaderId, reply.LeaderEpoch, endpoints, $"reply of {source}");
            // A node that knows nothing newer is not asked again at once.
            return !ReferenceEquals(before, _state);
        }

        // Also when this node knows the leader's name and not where it listens: it was not among the voters that this node last heard of.
        if (reply.LeaderId >= 0 && (_state.LeaderId < 0 || endpoints.Count > _state.LeaderEndpoints.Count))
        {
            FollowNews(reply.LeaderId, reply.LeaderEpoch, endpoints, $"reply of {source}");
            return reply.Error == ErrorCode.None ? null : true;
        }

        return reply.Error switch
        {
            ErrorCode.BrokerNotAvailable => false,
            ErrorCode.InvalidVoterKey => true,
            ErrorCode.InvalidRequest => Violated($"{source} answered INVALID_REQUEST in epoch {reply.LeaderEpoch}"),
            _ => null,
        };
    }

    private ErrorCode ValidateVoterRequest(int remoteId, int epoch)
    {
        if (epoch < _state.Epoch)
            return ErrorCode.FencedLeaderEpoch;
        return remoteId < 0 ? ErrorCode.InvalidRequest : ErrorCode.None;
    }

    private ErrorCode ValidateLeaderRequest(int epoch)
    {
        if (epoch < _state.Epoch)
            return ErrorCode.FencedLeaderEpoch;
        if (epoch > _state.Epoch)
            return ErrorCode.UnknownLeaderEpoch;
        if (_state is not LeaderState)
            return ErrorCode.NotLeaderOrFollower;
        return _isShuttingDown ? ErrorCode.BrokerNotAvailable : ErrorCode.None;
    }

    private bool IsForThisReplica(ReplicaKey? voter) =>
        voter is not { } key || (key.Id == _settings.NodeId && (!key.HasDirectory || key.DirectoryId == _settings.DirectoryId));

    private TReply Fill<TReply>(TReply reply)
        where TReply : RaftReply =>
        reply with { LeaderId = _state.LeaderId, LeaderEpoch = _state.Epoch, LeaderEndpoints = _state.LeaderEndpoints };

    private void Reply(long requestId, RaftReply reply) => _outputs.Add(new SendReply(requestId, reply));

    private void Refuse(RequestReceived received, ErrorCode error, bool topLevel = false)
    {
        RaftReply reply = received.Request switch
        {
            VoteCall => new VoteReply(),
            BeginEpochCall => new BeginEpochReply(),
            EndEpochCall => new EndEpochReply(),
            FetchCall => new FetchReply(),
            FetchSnapshotCall => new FetchSnapshotReply(),
            UpdateVoterCall => new UpdateVoterReply(),
            AddVoterCall or RemoveVoterCall => new VoterChangeReply(),
            DescribeQuorumCall => new DescribeQuorumReply(),
            _ => new SupportedVersionsReply(0, _settings.MaxKRaftVersion),
        };
        reply = topLevel ? reply with { TopLevelError = error, Error = error } : Fill(reply) with { Error = error };
        Reply(received.RequestId, reply);
    }

    private bool Violated(string message)
    {
        _outputs.Add(new ProtocolViolated(message));
        return false;
    }

    private void Fail(string message)
    {
        _hasFailed = true;
        NextDeadline = long.MaxValue;
        foreach (var parked in _parked.Take(_ => true))
            Reply(parked.RequestId, Fill(new FetchReply()) with { Error = ErrorCode.BrokerNotAvailable });
        _outputs.Add(new Failed(message));
    }
}
