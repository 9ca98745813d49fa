using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cluster.Lifecycle;

/// <summary>
/// The life of a broker as the controller sees it (KIP-631): registers, replays its own registration, asks to be unfenced, heartbeats, and at the
/// end asks to be relieved of what it leads. A pure state machine: times in milliseconds come in, at most one request is under way.
/// </summary>
internal sealed class LifecycleMachine(BrokerLifecycleSettings settings)
{
    private const long Never = long.MaxValue;

    private long _nextSendMs = Never;
    private long _registrationDeadlineMs = Never;
    private long _metadataOffset = -1;
    private int _failures;
    private bool _isUnderWay;
    private bool _isReadyToUnfence;
    private bool _hasReplayedRegistration;

    /// <summary>Where it is.</summary>
    public BrokerState State { get; private set; } = BrokerState.NotRunning;

    /// <summary>The offset of its registration, -1 before.</summary>
    public long BrokerEpoch { get; private set; } = -1;

    /// <summary>Whether the controller keeps clients away from it.</summary>
    public bool IsFenced { get; private set; } = true;

    /// <summary>Why it could not register in time, or null.</summary>
    public ErrorCode? RegistrationFailure { get; private set; }

    /// <summary>When <see cref="Next"/> may have something to send, <see cref="long.MaxValue"/> for not before something happens.</summary>
    public long NextWakeMs => _isUnderWay ? Never : Math.Min(_nextSendMs, BrokerEpoch < 0 ? _registrationDeadlineMs : Never);

    /// <summary>Begins to register.</summary>
    public void Start(long nowMs)
    {
        State = BrokerState.Starting;
        _nextSendMs = nowMs;
        _registrationDeadlineMs = nowMs + settings.RegistrationTimeoutMs;
    }

    /// <summary>What is to be sent now; it then counts as under way.</summary>
    public LifecycleRequest Next(long nowMs)
    {
        if (_isUnderWay || RegistrationFailure is not null || State is BrokerState.NotRunning or BrokerState.ShuttingDown)
            return LifecycleRequest.None;
        if (BrokerEpoch < 0 && nowMs >= _registrationDeadlineMs)
        {
            RegistrationFailure = ErrorCode.RequestTimedOut;
            return LifecycleRequest.None;
        }

        if (nowMs < _nextSendMs)
            return LifecycleRequest.None;
        _isUnderWay = true;
        _nextSendMs = Never;
        return BrokerEpoch < 0 ? LifecycleRequest.Registration : LifecycleRequest.Heartbeat;
    }

    /// <summary>The registration to send.</summary>
    public BrokerRegistrationRequest Registration()
    {
        var request = new BrokerRegistrationRequest
        {
            BrokerId = (BrokerId)settings.BrokerId,
            ClusterId = settings.ClusterId,
            IncarnationId = settings.IncarnationId,
            Rack = settings.Rack,
            LogDirs = [.. settings.Directories],
            PreviousBrokerEpoch = settings.PreviousEpoch,
        };
        foreach (var endpoint in settings.Endpoints)
        {
            request.Listeners.Add(new BrokerRegistrationRequest.Listener
            {
                Name = endpoint.Listener, Host = endpoint.Host, Port = (ushort)endpoint.Port, SecurityProtocol = (short)endpoint.SecurityProtocol,
            });
        }

        foreach (var (name, range) in settings.Features)
            request.Features.Add(new BrokerRegistrationRequest.Feature { Name = name, MinSupportedVersion = range.Min, MaxSupportedVersion = range.Max });
        return request;
    }

    /// <summary>The heartbeat to send.</summary>
    public BrokerHeartbeatRequest Heartbeat() => new()
    {
        BrokerId = (BrokerId)settings.BrokerId,
        BrokerEpoch = BrokerEpoch,
        CurrentMetadataOffset = _metadataOffset,
        WantFence = !_isReadyToUnfence,
        WantShutDown = State == BrokerState.PendingControlledShutdown,
    };

    /// <summary>The registration was answered, or null: it was not.</summary>
    public void OnRegistered(BrokerRegistrationResponse? response, long nowMs)
    {
        _isUnderWay = false;
        if (response is { ErrorCode: ErrorCode.None })
        {
            _failures = 0;
            BrokerEpoch = response.BrokerEpoch;
            // The first heartbeat is of use once the broker has replayed its own registration.
            _hasReplayedRegistration = _metadataOffset >= BrokerEpoch;
            _nextSendMs = _hasReplayedRegistration ? nowMs : nowMs + settings.HeartbeatIntervalMs;
        }
        else if (response is { ErrorCode: ErrorCode.InconsistentClusterId or ErrorCode.UnsupportedVersion })
        {
            RegistrationFailure = response.ErrorCode;
        }
        else
        {
            Retry(nowMs);
        }
    }

    /// <summary>A heartbeat was answered, or null: it was not.</summary>
    public void OnHeartbeat(BrokerHeartbeatResponse? response, long nowMs)
    {
        _isUnderWay = false;
        if (response is not { ErrorCode: ErrorCode.None })
        {
            Retry(nowMs);
            return;
        }

        _failures = 0;
        IsFenced = response.IsFenced;
        if (State == BrokerState.Starting && response.IsCaughtUp)
            State = BrokerState.Recovery;
        if (State == BrokerState.Recovery && !response.IsFenced)
            State = BrokerState.Running;
        if (State == BrokerState.PendingControlledShutdown && response.ShouldShutDown)
        {
            State = BrokerState.ShuttingDown;
            return;
        }

        var isWaiting = State == BrokerState.PendingControlledShutdown || (State == BrokerState.Recovery && _isReadyToUnfence);
        _nextSendMs = Math.Min(_nextSendMs, nowMs + (isWaiting ? settings.RetryBackoffMs : settings.HeartbeatIntervalMs));
    }

    /// <summary>The metadata is replayed up to this offset.</summary>
    public void OnMetadata(long offset, long nowMs)
    {
        _metadataOffset = Math.Max(_metadataOffset, offset);
        if (!_hasReplayedRegistration && BrokerEpoch >= 0 && _metadataOffset >= BrokerEpoch)
        {
            _hasReplayedRegistration = true;
            SendSoon(nowMs);
        }
    }

    /// <summary>All that the metadata said so far is in effect: it may be unfenced.</summary>
    public void OnReadyToUnfence(long nowMs)
    {
        _isReadyToUnfence = true;
        SendSoon(nowMs);
    }

    /// <summary>It wants to stop.</summary>
    public void OnShutdownRequested(long nowMs)
    {
        if (State is BrokerState.PendingControlledShutdown or BrokerState.ShuttingDown)
            return;
        // A broker that nobody was told to use has nothing to give away.
        State = BrokerEpoch >= 0 && !IsFenced ? BrokerState.PendingControlledShutdown : BrokerState.ShuttingDown;
        SendSoon(nowMs);
    }

    private void SendSoon(long nowMs)
    {
        if (BrokerEpoch >= 0)
            _nextSendMs = nowMs;
    }

    private void Retry(long nowMs)
    {
        var backoff = Math.Min((long)settings.RetryBackoffMs << Math.Min(_failures, 16), Math.Max(settings.HeartbeatIntervalMs, 1));
        _failures++;
        _nextSendMs = nowMs + backoff;
    }
}
