using System.Net.Sockets;
using System.Security.Authentication;
using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Core.Limits;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Connections;
using Kafka.Modular.Network.Limits;
using Kafka.Modular.Network.Listeners;
using Kafka.Modular.Network.Metrics;
using Kafka.Modular.Network.Tls;
using Kafka.Modular.Telemetry.Catalog;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Network;

/// <summary>
/// Opens the listeners, accepts connections and serves them. Life: <see cref="BindAsync"/>, <see cref="StartAccepting(string?)"/>,
/// <see cref="StopAcceptingAsync"/>, <see cref="DrainAsync"/>, <see cref="DisposeAsync"/>.
/// </summary>
public sealed class SocketServer : IAsyncDisposable
{
    private readonly SocketServerParts _parts;
    private readonly ILogger _logger;
    private readonly ILogger _acceptorLogger;
    private readonly IReadOnlyList<ListenerEndPoint> _configured;
    private readonly ConnectionSet _connections = new();
    private readonly ConnectionServices _services;
    private readonly ConnectionLog _log;
    private readonly SocketServerMetrics _metrics;
    private readonly ServerTls _tls;
    private readonly CancellationTokenSource _stopAccepting = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly List<OpenListener> _open = [];
    private ConnectionQuotas? _quotas;
    private IDisposable? _settingsChanges;
    private int _connectionNumber;

    /// <summary>Creates a server; nothing is opened yet.</summary>
    public SocketServer(SocketServerParts parts)
    {
        _parts = parts;
        _logger = parts.Loggers.CreateLogger(NetworkEvents.SocketServerCategory);
        _acceptorLogger = parts.Loggers.CreateLogger(NetworkEvents.AcceptorCategory);
        _log = new ConnectionLog(parts.Loggers.CreateLogger(NetworkEvents.ProcessorCategory), parts.Time);
        var settings = parts.Settings.Current;
        _configured = parts.Layout.All;
        _tls = new ServerTls(parts, _log, _logger);
        RequestMemory = new MemoryBudget(settings.QueuedMaxRequestBytes);
        _metrics = new SocketServerMetrics(parts.Metrics);
        RegisterMemory();
        foreach (var listener in _configured)
            _metrics.Of(listener.Name);
        _services = new ConnectionServices
        {
            Pool = parts.Pool,
            Budget = RequestMemory,
            Dispatcher = parts.Dispatcher,
            Time = parts.Time,
            Timers = parts.Timers,
            Log = _log,
            MaximumFrameSize = settings.SocketRequestMaxBytes,
            MaximumIdle = settings.ConnectionsMaxIdleMs >= 0
                ? TimeSpan.FromMilliseconds(Math.Min(settings.ConnectionsMaxIdleMs, int.MaxValue))
                : TimeSpan.FromDays(36500),
            OnClosed = OnClosed,
        };
    }

    /// <summary>The listeners that were opened, with their real ports.</summary>
    public IReadOnlyList<BoundListener> Listeners { get; private set; } = [];

    /// <summary>Connections that are open.</summary>
    public int ConnectionCount => _quotas?.Total ?? 0;

    /// <summary>What <c>queued.max.request.bytes</c> leaves.</summary>
    public MemoryBudget RequestMemory { get; }

    /// <summary>Connections of one listener that are open.</summary>
    /// <param name="listener">Its name, in upper case.</param>
    public int ConnectionCountOf(string listener) => _quotas?.CountOf(listener) ?? 0;

    /// <summary>Takes the addresses and ports, so that they are known; connections are refused until <see cref="StartAccepting(string?)"/>.</summary>
    /// <exception cref="ListenerException">An address cannot be bound, or a listener has no certificate that can be used; none is open then.</exception>
    public async Task BindAsync(CancellationToken cancellationToken)
    {
        _tls.Load(_configured);
        var limits = await ReadLimitsAsync(_parts.Settings.Current, cancellationToken);
        _quotas = new ConnectionQuotas(limits, [.. _configured.Select(static l => l.Name)], _parts.Layout.InterBrokerListenerName, _parts.Time);
        _settingsChanges = _parts.Settings.OnChange(OnSettingsChanged);
        var settings = _parts.Settings.Current;
        var binder = new ListenerBinder(
            _parts.Network,
            new TransportOptions { SendBufferBytes = settings.SocketSendBufferBytes, ReceiveBufferBytes = settings.SocketReceiveBufferBytes });
        try
        {
            foreach (var listener in _configured)
            {
                var addresses = await binder.BindAsync(listener, _configured, cancellationToken);
                var bound = new BoundListener(listener with { Port = addresses[0].EndPoint.Port }, [.. addresses.Select(static a => a.EndPoint)]);
                _open.Add(new OpenListener(bound, addresses));
            }
        }
        catch
        {
            CloseUnstarted();
            throw;
        }

        Listeners = [.. _open.Select(static o => o.Bound)];
    }

    /// <summary>Begins to accept on a listener, or on all that do not yet.</summary>
    /// <param name="listener">Its name in upper case, or null for all.</param>
    /// <exception cref="ListenerException">Another process began to listen on the port meanwhile.</exception>
    public void StartAccepting(string? listener = null)
    {
        foreach (var open in _open.Where(o => !o.IsStarted && (listener is null || string.Equals(o.Bound.EndPoint.Name, listener, StringComparison.Ordinal))))
        {
            StartAccepting(open);
        }
    }

    /// <summary>
    /// Loads the certificates of all listeners again, whether their files have changed or not. New connections get them; where they cannot be used those before
    /// stay, and the log says why.
    /// </summary>
    public void ReloadCertificates() => _tls.Reload();

    /// <summary>What speaks against other settings of TLS for a listener; null when nothing does, or the listener has no TLS. Reads the files that they name, and changes nothing.</summary>
    /// <param name="listener">Its name in upper case.</param>
    /// <param name="settings">The settings.</param>
    public string? CertificateObjection(string listener, SslSettings settings) => _tls.Find(listener)?.Objection(settings);

    /// <summary>Accepts no more connections and closes the ports. Connections that are open go on.</summary>
    public async Task StopAcceptingAsync()
    {
        if (_stopAccepting.IsCancellationRequested)
        {
            return;
        }

        await _stopAccepting.CancelAsync();
        CloseUnstarted();
        await Task.WhenAll(_open.SelectMany(static o => o.Loops));
        await _tls.Handshakes.StopAsync();
        _logger.StoppedAccepting(ConnectionCount);
    }

    /// <summary>
    /// Takes no more requests, and closes each connection once its requests under way were answered. Ends early when the token is cancelled:
    /// then the connections that are left are ended at once.
    /// </summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        await StopAcceptingAsync();
        foreach (var connection in _connections.ToArray())
        {
            connection.BeginDrain(CloseReason.Shutdown);
        }

        _logger.Draining(_connections.Serving);
        try
        {
            await _connections.WhenEmptyAsync().WaitAsync(cancellationToken);
            _logger.Drained();
        }
        catch (OperationCanceledException)
        {
            _logger.DrainTimedOut(_connections.Serving);
            AbortAll();
        }
    }

    /// <summary>Ends everything at once and waits until no request is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopped.IsCancellationRequested)
        {
            return;
        }

        await _stopped.CancelAsync();
        _settingsChanges?.Dispose();
        _tls.Dispose();
        await StopAcceptingAsync();
        AbortAll();
        await _connections.WhenEmptyAsync();
        _stopAccepting.Dispose();
        _stopped.Dispose();
    }

    private void RegisterMemory()
    {
        _parts.Metrics.Source(SocketDefinitions.MemoryPoolUsed, sink => sink.Add(RequestMemory.Reserved));
        if (RequestMemory.IsLimited)
            _parts.Metrics.Source(SocketDefinitions.MemoryPoolAvailable, sink => sink.Add(RequestMemory.Available));
    }

    private Task<ConnectionLimits> ReadLimitsAsync(NetworkSettings settings, CancellationToken cancellationToken)
    {
        var ofListener = _configured.ToDictionary(
            static l => l.Name, l => _parts.ListenerSettings?.Invoke(l.Name) ?? settings, StringComparer.Ordinal);
        return ConnectionLimits.ReadAsync(settings, ofListener, _parts.Network, cancellationToken);
    }

    private void OnSettingsChanged(NetworkSettings before, NetworkSettings current) => _ = UpdateLimitsAsync(current);

    private async Task UpdateLimitsAsync(NetworkSettings settings)
    {
        try
        {
            _quotas!.Update(await ReadLimitsAsync(settings, _stopped.Token));
            CloseExcess();
        }
        catch (Exception fault) when (fault is ListenerException or OperationCanceledException)
        {
            _logger.LimitsNotChanged(fault);
        }
    }

    private void StartAccepting(OpenListener open)
    {
        var endPoint = open.Bound.EndPoint;
        foreach (var address in open.Addresses)
        {
            try
            {
                address.Listen(_parts.Settings.Current.SocketListenBacklogSize);
            }
            catch (SocketException failure)
            {
                throw new ListenerException($"Listener {endPoint} cannot be opened: {ListenerBinder.Explain(failure)}", failure);
            }

            var acceptor = new Acceptor(address, endPoint, _quotas!, OnAccepted, _parts.Time, _acceptorLogger);
            open.Loops.Add(acceptor.RunAsync(_stopAccepting.Token));
        }

        _acceptorLogger.Listening(string.Join(", ", open.Bound.Addresses), endPoint.Name, SecurityProtocols.NameOf(endPoint.Protocol));
    }

    private void CloseUnstarted()
    {
        foreach (var open in _open.Where(static o => !o.IsStarted))
        {
            foreach (var address in open.Addresses)
            {
                address.Dispose();
            }
        }
    }

    private void OnAccepted(ListenerEndPoint listener, ITransport transport)
    {
        var number = Interlocked.Increment(ref _connectionNumber) & int.MaxValue;
        var metrics = _metrics.Of(listener.Name);
        var context = new ConnectionContext(listener, transport.LocalEndPoint, transport.RemoteEndPoint, number) { Metrics = metrics };
        metrics.Created.Increment();
        _log.Opened(context);
        if (_tls.Find(listener.Name) is { } tls)
        {
            _ = SecureAsync(tls, context, transport, metrics);
        }
        else
        {
            Serve(context, transport, metrics);
        }

        CloseExcess();
    }

    private Task SecureAsync(ListenerTls tls, ConnectionContext context, ITransport transport, ListenerMetrics metrics) =>
        _tls.Handshakes.RunAsync(tls, context, transport, metrics, secured =>
        {
            if (secured is not null)
            {
                context.SetEncryption(secured.CipherSuite.ToString(), secured.Protocol == SslProtocols.Tls13 ? "TLSv1.3" : "TLSv1.2");
                Serve(context, secured, metrics);
                return;
            }

            metrics.Closed.Increment();
            _quotas!.Release(context.Listener.Name, context.Remote.Address);
            _log.Closed(context, CloseReason.Handshake);
        });

    private void Serve(ConnectionContext context, ITransport transport, ListenerMetrics metrics)
    {
        if (context.Protocol == SecurityProtocol.Ssl)
        {
            metrics.SuccessfulAuthentications.Increment();
        }

        var connection = new Connection(context, transport, _services, metrics);
        _connections.Add(connection);
        Notify(context, observer => observer.OnConnected(context));
        _ = ServeAsync(connection);
    }

    private async Task ServeAsync(Connection connection)
    {
        try
        {
            using (connection)
            {
                await connection.RunAsync();
            }
        }
        catch (Exception fault)
        {
            _log.Fault(connection.Context, fault);
        }
        finally
        {
            _connections.End();
        }
    }

    private void OnClosed(Connection connection, CloseReason reason)
    {
        var context = connection.Context;
        _connections.Close(connection);
        _metrics.Of(context.Listener.Name).Closed.Increment();
        context.OnClosed();
        _quotas!.Release(context.Listener.Name, context.Remote.Address);
        _log.Closed(context, reason);
        Notify(context, observer => observer.OnDisconnected(context, reason));
    }

    private void Notify(ConnectionContext context, Action<IConnectionObserver> tell)
    {
        foreach (var observer in _parts.Observers)
        {
            try
            {
                tell(observer);
            }
            catch (Exception fault)
            {
                _logger.ObserverFailed(fault, context.Id);
            }
        }
    }

    // As Kafka does when brokers or a lowered limit push the count over max.connections.
    private void CloseExcess()
    {
        for (var excess = _quotas!.Excess; excess > 0; excess--)
        {
            _connections.LeastRecentlyUsed(c => !_quotas.IsProtected(c.Context.Listener.Name))?.Abort(CloseReason.TooMany);
        }
    }

    private void AbortAll()
    {
        foreach (var connection in _connections.ToArray())
        {
            connection.Abort(CloseReason.Shutdown);
        }
    }

    private sealed record OpenListener(BoundListener Bound, IReadOnlyList<INetworkListener> Addresses)
    {
        public List<Task> Loops { get; } = [];

        public bool IsStarted => Loops.Count > 0;
    }
}
