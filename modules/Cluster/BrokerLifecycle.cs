using Kafka.Modular.Cluster.Lifecycle;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Core.Timers;
using Kafka.Modular.Protocol;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Cluster;

/// <summary>
/// This node's life as a broker of the cluster: registration, heartbeats, unfencing, controlled shutdown (KIP-631). Lives on the loop it is given; its
/// members may be called from any thread.
/// </summary>
public sealed class BrokerLifecycle : IAsyncDisposable
{
    private readonly LifecycleMachine _machine;
    private readonly BrokerLifecycleSettings _settings;
    private readonly IControllerChannel _controller;
    private readonly IEventLoop _loop;
    private readonly ILogger _logger;
    private readonly Timer _timer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<long> _registered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _unfenced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayStop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _epoch = -1;
    private int _state;

    /// <summary>Creates the lifecycle of a broker that is not started.</summary>
    /// <param name="settings">What it registers with.</param>
    /// <param name="controller">The way to the controller.</param>
    /// <param name="loop">The loop that it lives on.</param>
    /// <param name="logger">Where it logs, as <c>kafka.server.BrokerLifecycleManager</c>.</param>
    public BrokerLifecycle(BrokerLifecycleSettings settings, IControllerChannel controller, IEventLoop loop, ILogger logger)
    {
        _settings = settings;
        _machine = new LifecycleMachine(settings);
        _controller = controller;
        _loop = loop;
        _logger = logger;
        _timer = new Timer(this);
    }

    /// <summary>Where it is; may be a moment old.</summary>
    public BrokerState State => (BrokerState)Volatile.Read(ref _state);

    /// <summary>The broker's epoch, -1 before it is registered.</summary>
    public long BrokerEpoch => Volatile.Read(ref _epoch);

    /// <summary>Tells this start of the broker from any other.</summary>
    public Uuid IncarnationId => _settings.IncarnationId;

    /// <summary>Completes with the broker's epoch; fails with a <see cref="BrokerRegistrationException"/>.</summary>
    public Task<long> WhenRegistered => _registered.Task;

    /// <summary>Completes once the controller knows that this broker has replayed its own registration.</summary>
    public Task WhenCaughtUp => _caughtUp.Task;

    /// <summary>Completes once clients are sent to this broker.</summary>
    public Task WhenUnfenced => _unfenced.Task;

    /// <summary>Begins to register.</summary>
    public void Start() => Post(_machine.Start);

    /// <summary>The metadata is in effect up to this offset.</summary>
    public void OnMetadata(long offset) => Post(now => _machine.OnMetadata(offset, now));

    /// <summary>The broker is able to serve what the metadata says: it asks to be unfenced.</summary>
    public void SetReadyToUnfence() => Post(_machine.OnReadyToUnfence);

    /// <summary>Asks the controller to take over what this broker leads; completes when it may stop.</summary>
    public Task ControlledShutdownAsync(CancellationToken cancellationToken)
    {
        Post(_machine.OnShutdownRequested);
        return _mayStop.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Stops to heartbeat.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        _loop.Cancel(_timer);
        _registered.TrySetCanceled(CancellationToken.None);
        _caughtUp.TrySetCanceled(CancellationToken.None);
        _unfenced.TrySetCanceled(CancellationToken.None);
        _mayStop.TrySetResult();
        _stopping.Dispose();
    }

    private void Post(Action<long> change) => _loop.Post(() =>
    {
        change(NowMs);
        Advance();
    });

    private long NowMs => _loop.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private void Advance()
    {
        if (_stopping.IsCancellationRequested)
            return;
        switch (_machine.Next(NowMs))
        {
            case LifecycleRequest.Registration:
                _ = RegisterAsync();
                break;
            case LifecycleRequest.Heartbeat:
                _ = HeartbeatAsync();
                break;
            default:
                break;
        }

        Publish();
        if (_machine.NextWakeMs == long.MaxValue)
            _loop.Cancel(_timer);
        else
            _loop.Schedule(_timer, TimeSpan.FromMilliseconds(Math.Max(_machine.NextWakeMs - NowMs, 0)));
    }

    private void Publish()
    {
        var before = (BrokerState)Interlocked.Exchange(ref _state, (int)_machine.State);
        if (before != _machine.State)
            _logger.StateChanged(_settings.BrokerId, before, _machine.State);
        if (_machine.BrokerEpoch >= 0 && _registered.TrySetResult(_machine.BrokerEpoch))
        {
            Volatile.Write(ref _epoch, _machine.BrokerEpoch);
            _logger.Registered(_settings.BrokerId, _machine.BrokerEpoch);
        }

        if (_machine.RegistrationFailure is { } failure && _registered.TrySetException(new BrokerRegistrationException(_settings.BrokerId, failure)))
            _logger.RegistrationFailed(_settings.BrokerId, failure);
        if (_machine.State is BrokerState.Recovery or BrokerState.Running)
            _caughtUp.TrySetResult();
        if (_machine.State == BrokerState.Running)
            _unfenced.TrySetResult();
        if (_machine.State == BrokerState.ShuttingDown)
            _mayStop.TrySetResult();
    }

    private async Task RegisterAsync()
    {
        var response = await AskAsync(_machine.Registration(), _controller.RegisterAsync);
        if (response is { ErrorCode: not ErrorCode.None })
            _logger.RegistrationRefused(_settings.BrokerId, response.ErrorCode);
        Post(now => _machine.OnRegistered(response, now));
    }

    private async Task HeartbeatAsync()
    {
        var response = await AskAsync(_machine.Heartbeat(), _controller.HeartbeatAsync);
        if (response is { ErrorCode: not ErrorCode.None })
            _logger.HeartbeatRefused(_settings.BrokerId, response.ErrorCode);
        Post(now => _machine.OnHeartbeat(response, now));
    }

    private async Task<TResponse?> AskAsync<TRequest, TResponse>(TRequest request, Func<TRequest, CancellationToken, Task<TResponse?>> ask)
        where TResponse : class
    {
        try
        {
            return await ask(request, _stopping.Token);
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or ObjectDisposedException)
        {
            return null;
        }
    }

    private sealed class Timer(BrokerLifecycle owner) : TimerEntry
    {
        protected override void OnExpired() => owner.Advance();
    }
}
