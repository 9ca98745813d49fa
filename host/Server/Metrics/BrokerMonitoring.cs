using System.Net;
using Kafka.Modular.Cluster;
using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Replication.Sessions;
using Kafka.Modular.Server.Storage;
using Kafka.Modular.Telemetry;
using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Http;
using Kafka.Modular.Telemetry.Instruments;
using Kafka.Modular.Telemetry.Runtime;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server.Metrics;

/// <summary>The metrics of a broker and the page that shows them (<c>http.listeners</c>). Any thread.</summary>
internal sealed class BrokerMonitoring : IAsyncDisposable
{
    private readonly BrokerParts _parts;
    private readonly BufferPool _buffers;
    private readonly ILogger _logger;
    private MonitoringServer? _server;
    private MeterBridge? _bridge;
    private BrokerLifecycle? _lifecycle;
    private volatile bool _isReady;
    private volatile bool _hasFaulted;

    public BrokerMonitoring(BrokerParts parts, BufferPool buffers)
    {
        _parts = parts;
        _buffers = buffers;
        _logger = parts.Loggers.CreateLogger("kafka.modular.Monitoring");
        Registry = new MetricRegistry(parts.Time);
        Handlers = new HandlerMetrics(Registry);
        Quorum = new QuorumMetrics(Registry);
        var settings = parts.Configuration.Settings<HttpSettings>();
        ProcessMetrics.Register(Registry, Broker.Version, settings.CompatJvmMetrics);
        Registry.Source(ProcessDefinitions.BufferBytes, CollectBuffers);
        Registry.Read(ControllerDefinitions.BrokerState, () => (double)(_lifecycle?.State ?? BrokerState.NotRunning));
        // Leaders are elected from the ISR alone as yet.
        Registry.Read(ControllerDefinitions.UncleanLeaderElections, static () => 0);
    }

    /// <summary>Where metrics are registered.</summary>
    public MetricRegistry Registry { get; }

    /// <summary>What is counted of requests.</summary>
    public HandlerMetrics Handlers { get; }

    /// <summary>What is counted of the quorum.</summary>
    public QuorumMetrics Quorum { get; }

    /// <summary>Where the page is, with real ports; empty when there is none.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => _server?.EndPoints ?? [];

    /// <summary>Opens the page. An address that nobody chose may be taken: then there is no page, and a line in the log.</summary>
    /// <exception cref="HttpListenerFailedException">An address that was chosen cannot be opened.</exception>
    public async Task StartAsync(LiveConfiguration configuration, CancellationToken cancellationToken)
    {
        var addresses = _parts.Configuration.Settings<HttpSettings>().HttpListeners.Where(static text => text.Length > 0).Select(HttpEndpoint.Parse).ToArray();
        if (addresses.Length == 0)
            return;
        var parts = new MonitoringParts
        {
            Registry = Registry, Health = Health, Readiness = Readiness, Network = _parts.Network, Buffers = _buffers, Time = _parts.Time, Logger = _logger,
        };
        try
        {
            _server = await MonitoringServer.StartAsync(parts, addresses, cancellationToken);
        }
        catch (HttpListenerFailedException failure) when (configuration.Find(BrokerKeys.HttpListeners) is null)
        {
            _logger.NoMonitoring(failure.Message);
        }
    }

    /// <summary>The parts are there: their metrics can be read.</summary>
    public void Observe(int nodeId, BrokerStorage storage, BrokerQuorum quorum, BrokerServices services)
    {
        _lifecycle = services.Lifecycle;
        new ReplicaSource(storage.Logs, services.Replicas, quorum.Metadata).Register(Registry);
        new ClusterSource(quorum.Controller, quorum.Metadata, services.Replicas).Register(Registry);
        new QuorumSource(nodeId, quorum.Raft, quorum.Metadata, Quorum).Register(Registry);
        new GroupSource(services.Groups, services.Replicas).Register(Registry);
    }

    /// <summary>The fetch sessions are there.</summary>
    public void Observe(FetchSessionCache sessions)
    {
        Registry.Read(ReplicaDefinitions.FetchSessions, () => sessions.Count);
        Registry.Read(ReplicaDefinitions.FetchSessionPartitions, () => sessions.PartitionCount);
        Registry.Read(ReplicaDefinitions.FetchSessionEvictions, () => sessions.Evictions);
    }

    /// <summary>Clients can use the broker.</summary>
    public void SetReady()
    {
        _bridge = new MeterBridge(Registry, Broker.Version);
        _isReady = true;
    }

    /// <summary>Clients shall go elsewhere.</summary>
    public void SetStopping() => _isReady = false;

    /// <summary>The broker cannot go on.</summary>
    public void SetFaulted() => _hasFaulted = true;

    public async ValueTask DisposeAsync()
    {
        _bridge?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private HealthReport Health() => _hasFaulted ? new HealthReport(false, "failed") : new HealthReport(true, "ok");

    private HealthReport Readiness() =>
        _isReady && !_hasFaulted ? new HealthReport(true, "ready") : new HealthReport(false, $"not ready: {(_hasFaulted ? "failed" : _lifecycle?.State.ToString() ?? "starting")}");

    private void CollectBuffers(MetricSink sink)
    {
        var statistics = _buffers.Statistics;
        sink.Add(statistics.RentedBytes, "rented");
        sink.Add(statistics.IdleBytes, "free");
    }
}
