using System.Net;
using System.Reflection;
using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Configuration.Values;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Handlers.Topics;
using Kafka.Modular.LogStorage;
using Kafka.Modular.Network;
using Kafka.Modular.Network.Listeners;
using Kafka.Modular.Security.Authentication;
using Kafka.Modular.Security.Authorization;
using Kafka.Modular.Server.Logging;
using Kafka.Modular.Server.Metrics;
using Kafka.Modular.Server.Storage;
using Kafka.Modular.Server.Wiring;
using Kafka.Modular.Spi.Security;
using Kafka.Modular.Telemetry.Instruments;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server;

/// <summary>
/// A whole node, broker and controller: made of plain constructors, started and stopped in order. <see cref="StartAsync"/> once, then <see cref="StopAsync"/> or
/// <see cref="DisposeAsync"/>; any thread, one after the other.
/// </summary>
public sealed class Broker : IAsyncDisposable
{
    private static readonly TimeSpan s_startDeadline = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_stopDeadline = TimeSpan.FromSeconds(10);

    private readonly BrokerParts _parts;
    private readonly AdjustableLoggers _loggers;
    private readonly LiveConfiguration _configuration;
    private readonly ILogger _logger;
    private readonly StepRunner _steps;
    private readonly BufferPool _buffers = new();
    private readonly LateDispatcher _dispatcher = new();
    private readonly BrokerMonitoring _monitoring;
    private readonly AuthorizerHolder? _authorizer;
    private readonly BrokerAuthentication? _authentication;
    private BrokerLoops? _loops;
    private SocketServer? _server;
    private BrokerStorage? _storage;
    private BrokerQuorum? _quorum;
    private BrokerServices? _services;
    private bool _isStopped;

    private Broker(BrokerParts parts)
    {
        var authorizer = parts.Authorizer;
        _loggers = parts.Loggers as AdjustableLoggers ?? new AdjustableLoggers(parts.Loggers);
        // Not kept here: one that is replaced is to be unloaded.
        _parts = parts = parts with { Loggers = _loggers, Authorizer = null };
        _configuration = new LiveConfiguration(parts.Configuration);
        _logger = parts.Loggers.CreateLogger(ServerEvents.Category);
        _steps = new StepRunner(parts.Time, _logger);
        _monitoring = new BrokerMonitoring(parts, _buffers);
        _authorizer = authorizer is null ? null : new AuthorizerHolder(authorizer);
        if (_authorizer is not null)
            AuthorizerSource.Register(_monitoring.Registry, _authorizer);
        _authentication = BrokerAuthentication.Create(parts, _configuration);
    }

    /// <summary>The version of this server.</summary>
    public static string Version { get; } =
        typeof(Broker).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>The listeners that were opened, with their real ports; none before the start.</summary>
    public IReadOnlyList<BoundListener> Listeners => _server?.Listeners ?? [];

    /// <summary>Where metrics and health are served (<c>http.listeners</c>), with real ports; empty when they are not.</summary>
    public IReadOnlyList<IPEndPoint> MonitoringEndPoints => _monitoring.EndPoints;

    /// <summary>The cluster's id.</summary>
    /// <exception cref="InvalidOperationException">The broker was not started.</exception>
    public string ClusterId => _storage?.ClusterId ?? throw new InvalidOperationException("The broker was not started.");

    /// <summary>Host and port of the first advertised listener for clients, as they take it.</summary>
    /// <exception cref="InvalidOperationException">The broker was not started.</exception>
    public string BootstrapServers
    {
        get
        {
            var endpoint = new NodeEndpoints(_parts.Configuration.Listeners, Listeners).Broker[0];
            return endpoint.Host.Contains(':', StringComparison.Ordinal) ? $"[{endpoint.Host}]:{endpoint.Port}" : $"{endpoint.Host}:{endpoint.Port}";
        }
    }

    /// <summary>Makes a broker of its parts; it does nothing before it is started.</summary>
    /// <exception cref="BrokerStartException">The configuration wants something that this server does not do.</exception>
    public static Broker Create(BrokerParts parts)
    {
        var roles = parts.Configuration.Settings<NodeSettings>().ProcessRoles;
        return roles.Contains("broker", StringComparer.Ordinal) && roles.Contains("controller", StringComparer.Ordinal)
            ? new Broker(parts)
            : throw new BrokerStartException(
                $"process.roles: {string.Join(',', roles)} is not served yet; expected broker,controller, a node that is both");
    }

    /// <summary>Puts another authorizer in force, with the ACLs of this moment; requests under way may still ask the one before. Any thread.</summary>
    /// <param name="authorizer">The next authorizer. If it throws when it is given the ACLs, the one before stays.</param>
    /// <returns>The one before.</returns>
    /// <exception cref="InvalidOperationException">The broker has none: that is decided when it is made.</exception>
    public IAuthorizer ReplaceAuthorizer(IAuthorizer authorizer)
        => _authorizer?.Replace(authorizer) ?? throw new InvalidOperationException("The broker was made without an authorizer.");

    /// <summary>New logins take these mechanisms and credential stores from now on; those under way end with the ones before. Any thread.</summary>
    /// <param name="generation">The generation, tested; it is owned from now on.</param>
    /// <exception cref="InvalidOperationException">No listener uses SASL: that is decided when the broker is made.</exception>
    public void ReplaceAuthentication(AuthenticationGeneration generation)
    {
        if (_authentication is null)
            throw new InvalidOperationException("The broker has no listener with SASL.");
        _authentication.Replace(generation);
    }

    /// <summary>The metrics of the broker.</summary>
    public MetricRegistry Metrics => _monitoring.Registry;

    /// <summary>Takes another static configuration, which differs from the one before in nothing that needs a restart. Any thread.</summary>
    /// <param name="configuration">The configuration, checked.</param>
    public void Reconfigure(NodeConfiguration configuration) => _configuration.ReplaceNode(configuration);

    /// <summary>Starts everything; when it completes the listeners accept, the metadata is loaded and clients are sent here.</summary>
    /// <exception cref="BrokerStartException">It cannot start; what was started is stopped again.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var began = _parts.Time.GetTimestamp();
        try
        {
            await StartPartsAsync(cancellationToken);
        }
        catch
        {
            await StopPartsAsync(isReady: false);
            throw;
        }

        _monitoring.SetReady();
        _logger.Ready(
            _configuration.Settings<NodeSettings>().Current.NodeId,
            string.Join(", ", Listeners.Select(static listener => listener.EndPoint)),
            (long)_parts.Time.GetElapsedTime(began).TotalMilliseconds);
    }

    /// <summary>Stops in order: leadership is given away, requests under way are answered, logs are flushed and marked as closed in order.</summary>
    public async Task StopAsync()
    {
        if (_isStopped)
            return;
        var began = _parts.Time.GetTimestamp();
        _logger.Stopping();
        await StopPartsAsync(isReady: true);
        _logger.Stopped((long)_parts.Time.GetElapsedTime(began).TotalMilliseconds);
    }

    /// <summary>
    /// Loads the certificates of all listeners with TLS again. New connections get them; those that cannot be used leave the ones in use, and a line in the log says why.
    /// May be called at any time, from any thread.
    /// </summary>
    public void ReloadCertificates() => _server?.ReloadCertificates();

    /// <inheritdoc cref="StopAsync"/>
    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task StartPartsAsync(CancellationToken cancellationToken)
    {
        foreach (var warning in _parts.Configuration.Warnings)
            _logger.ConfigurationWarning(warning.ToString());
        _loops = new BrokerLoops(_parts.Time, _logger, _configuration.Settings<GroupSettings>().Current.GroupCoordinatorThreads);
        await _steps.StartAsync("monitoring", s_startDeadline, token => _monitoring.StartAsync(_configuration, token), cancellationToken);
        await _steps.StartAsync("listeners", s_startDeadline, BindAsync, cancellationToken);
        var endpoints = new NodeEndpoints(_parts.Configuration.Listeners, Listeners);
        await _steps.StartAsync(
            "storage", s_startDeadline, async _ => _storage = await BrokerStorage.OpenAsync(_parts, _configuration, _loops, endpoints.Controller), cancellationToken);
        _logger.Starting(Version, _configuration.Settings<NodeSettings>().Current.NodeId, ClusterId);
        await _steps.StartAsync("quorum", s_startDeadline, token => StartQuorumAsync(endpoints, token), cancellationToken);
        await _steps.StartAsync(
            "metadata", s_startDeadline, token => _quorum!.Loader.InstallAsync([_quorum.Metadata, _services!.Configuration], token), cancellationToken);
        // Registration goes on while the logs are opened.
        _services!.Lifecycle.Start();
        await _steps.StartAsync("logs", Timeout.InfiniteTimeSpan, StartLogsAsync, cancellationToken);
        await _steps.StartAsync("replicas", Timeout.InfiniteTimeSpan, StartReplicasAsync, cancellationToken);
        await _steps.StartAsync("broker", s_startDeadline, ServeAsync, cancellationToken);
        if (_parts.OwnsProcess)
            new Housekeeping(_loops.Background, _buffers, () => _dispatcher.RequestCount, _logger).Start();
    }

    private async Task BindAsync(CancellationToken cancellationToken)
    {
        _server = new SocketServer(new SocketServerParts
        {
            Settings = _configuration.Settings<NetworkSettings>(),
            Layout = _parts.Configuration.Listeners,
            Dispatcher = _dispatcher,
            Observers = [_dispatcher],
            Network = _parts.Network,
            Metrics = _monitoring.Registry,
            Pool = _buffers,
            Time = _parts.Time,
            Timers = _loops!.Timers,
            Loggers = _parts.Loggers,
            ListenerSettings = name => _configuration.Settings<NetworkSettings>(name).Current,
            Tls = listener => ListenerSecurity.Of(_configuration, listener),
        });
        await _server.BindAsync(cancellationToken);
    }

    private async Task StartQuorumAsync(NodeEndpoints endpoints, CancellationToken cancellationToken)
    {
        var log = await _storage!.Logs.OpenMetadataLogAsync(
            _storage.MetadataDirectory.Path, MetadataLogPath.ConfigOf(_parts.Configuration), cancellationToken);
        _quorum = new BrokerQuorum(_parts, _configuration, _loops!, _storage, log, endpoints.Controller, _monitoring, _logger);
        _services = new BrokerServices(_parts, _configuration, _loops!, _storage, _quorum, endpoints.Broker, _monitoring);
        _monitoring.Observe(_configuration.Settings<NodeSettings>().Current.NodeId, _storage, _quorum, _services);
        await _quorum.StartAsync(cancellationToken);
    }

    private Task StartLogsAsync(CancellationToken cancellationToken)
    {
        var settings = _configuration.Settings<LogSettings>().Current;
        return _storage!.Logs.StartAsync(topic => LogConfig.From(_configuration.Topics.Get(topic), settings), cancellationToken);
    }

    private async Task StartReplicasAsync(CancellationToken cancellationToken)
    {
        var waits = new MetadataWaits(_services!.Replicas.WhenAppliedAsync, _parts.Time);
        var identity = new ClusterIdentity(ClusterId, _configuration.Settings<NodeSettings>().Current.NodeId);
        _dispatcher.Target = HandlerRegistry.Create(
            _parts, _configuration, _loggers, _quorum!, _services, identity, waits, _buffers, _monitoring, CreateAccess(), _authentication, new ListenerCertificates(_server!));
        if (_authorizer is not null)
            await _quorum!.Loader.InstallAsync([new AuthorizerPublisher(_authorizer)], cancellationToken);
        if (_authentication is not null)
            await _quorum!.Loader.InstallAsync([_authentication.Publisher()], cancellationToken);
        await _quorum!.Loader.InstallAsync(_services.Publishers(waits, _quorum.Snapshots), cancellationToken);
        await _services.Replicas.WhenAppliedAsync();
    }

    private AccessControl CreateAccess() => _authorizer is null
        ? AccessControl.Open
        : new AccessControl(_authorizer, new AuthorizationAudit(_parts.Loggers.CreateLogger(AuthorizationAudit.Category), _loops!.Add("audit")));

    private async Task ServeAsync(CancellationToken cancellationToken)
    {
        await _services!.Lifecycle.WhenRegistered.WaitAsync(cancellationToken);
        _server!.StartAccepting();
        _services.Lifecycle.SetReadyToUnfence();
        await _services.Progress.WhenUnfenced.WaitAsync(cancellationToken);
        await _services.Replicas.WhenAppliedAsync();
    }

    private async Task StopPartsAsync(bool isReady)
    {
        if (_isStopped)
            return;
        _isStopped = true;
        _monitoring.SetStopping();
        if (isReady && _services is not null && _configuration.Settings<NodeSettings>().Current.ControlledShutdownEnable)
            await _steps.StopAsync("leadership", s_stopDeadline, token => _services.Lifecycle.ControlledShutdownAsync(token));
        if (_server is not null)
            await _steps.StopAsync("listeners", s_stopDeadline, StopServingAsync);
        var epoch = _services?.Lifecycle.BrokerEpoch ?? -1;
        if (_services is not null)
        {
            await _steps.StopAsync("replicas", s_stopDeadline, async _ =>
            {
                await _services.Lifecycle.DisposeAsync();
                await _services.Replicas.DisposeAsync();
            });
        }

        if (_quorum is not null)
        {
            await _steps.StopAsync("quorum", s_stopDeadline, async _ =>
            {
                await _quorum.Loader.DisposeAsync();
                if (isReady)
                    await _quorum.Raft.StopAsync(s_stopDeadline / 2);
                await _quorum.Raft.DisposeAsync();
            });
        }

        if (_storage is not null)
            await _steps.StopAsync("logs", Timeout.InfiniteTimeSpan, token => StopLogsAsync(isReady ? epoch : -1, token));
        if (_loops is not null)
            await _steps.StopAsync("loops", s_stopDeadline, async _ => await _loops.DisposeAsync());
        await _steps.StopAsync("monitoring", s_stopDeadline, async _ => await _monitoring.DisposeAsync());
    }

    private async Task StopServingAsync(CancellationToken cancellationToken)
    {
        await _server!.StopAcceptingAsync();
        var drained = _server.DrainAsync(cancellationToken);
        if (_services is not null)
        {
            _services.Replicas.EndParkedRequests();
            await _services.Groups.DisposeAsync();
        }

        await drained;
        await _server.DisposeAsync();
    }

    private async Task StopLogsAsync(long brokerEpoch, CancellationToken cancellationToken)
    {
        await _storage!.Logs.StopAsync(brokerEpoch, cancellationToken);
        await _storage.DisposeAsync();
    }
}
