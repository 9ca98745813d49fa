using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Core.Timers;
using Kafka.Modular.Network.Connections;
using Kafka.Modular.Network.Listeners;
using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Instruments;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Network.Tls;

/// <summary>The TLS of a server: that of its listeners, looked after from time to time, and the handshakes under way.</summary>
internal sealed class ServerTls : TimerEntry, IDisposable
{
    /// <summary>How often the files of certificates are looked at.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly SocketServerParts _parts;
    private readonly ILogger _logger;
    private readonly Dictionary<string, ListenerTls> _listeners = new(StringComparer.Ordinal);
    private readonly List<IDisposable> _changes = [];
    private volatile bool _isDisposed;

    public ServerTls(SocketServerParts parts, ConnectionLog log, ILogger logger)
    {
        _parts = parts;
        _logger = logger;
        Handshakes = new TlsHandshakes(parts.Pool, parts.Timers, log);
        parts.Metrics.Source(SocketDefinitions.CertificateExpiry, CollectExpiry);
        parts.Metrics.Source(SocketDefinitions.CertificateReloadFailures, sink =>
        {
            foreach (var (name, tls) in _listeners)
                sink.Add(tls.Refusals.Value, name);
        });
        parts.Metrics.Source(SocketDefinitions.Handshakes, sink => sink.Add(Handshakes.Count));
    }

    /// <summary>The handshakes under way.</summary>
    public TlsHandshakes Handshakes { get; }

    /// <summary>The TLS of a listener; null when its protocol has none.</summary>
    public ListenerTls? Find(string listener) => _listeners.GetValueOrDefault(listener);

    /// <summary>Loads the certificates of the listeners.</summary>
    /// <exception cref="ListenerException">Those of one cannot be used.</exception>
    public void Load(IEnumerable<ListenerEndPoint> listeners)
    {
        foreach (var listener in listeners.Where(static l => l.Protocol.UsesTls()))
        {
            if (_listeners.ContainsKey(listener.Name))
            {
                continue;
            }

            var parts = _parts.Tls?.Invoke(listener)
                ?? throw new ListenerException($"Listener {listener} wants {SecurityProtocols.NameOf(listener.Protocol)}, and this server was made without TLS");
            var isInterBroker = string.Equals(listener.Name, _parts.Layout.InterBrokerListenerName, StringComparison.Ordinal);
            var tls = new ListenerTls(listener, parts, isInterBroker, _parts.Time, _logger);
            _listeners.Add(listener.Name, tls);

            // Reading files is no work for the loop that tells of changes.
            _changes.Add(parts.Settings.OnChange((_, _) => Start(tls.Reload)));
        }

        if (_listeners.Count > 0)
        {
            _parts.Timers.Schedule(this, Interval);
        }
    }

    /// <summary>Loads all certificates again. Those that cannot be used leave the ones in use, and a line in the log.</summary>
    public void Reload()
    {
        foreach (var tls in _listeners.Values)
        {
            tls.Reload();
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        _parts.Timers.Cancel(this);
        _changes.ForEach(static change => change.Dispose());
    }

    protected override void OnExpired() => Start(LookForChanges);

    private void LookForChanges()
    {
        foreach (var tls in _listeners.Values)
        {
            tls.ReloadIfChanged();
        }

        if (!_isDisposed)
        {
            _parts.Timers.Schedule(this, Interval);
        }
    }

    private void Start(Action work) => ThreadPool.UnsafeQueueUserWorkItem(
        static state =>
        {
            try
            {
                state.Work();
            }
            catch (Exception fault)
            {
                state.Logger.CertificatesNotLookedAt(fault);
            }
        },
        (Work: work, Logger: _logger),
        preferLocal: false);

    private void CollectExpiry(MetricSink sink)
    {
        foreach (var (name, tls) in _listeners)
        {
            var state = tls.State;
            sink.Add(SecondsOf(state.Key.FirstToExpire.NotAfter), name, "keystore", state.Key.FirstToExpire.Subject);
            if (state.Trust?.FirstToExpire is { } trusted)
            {
                sink.Add(SecondsOf(trusted.NotAfter), name, "truststore", trusted.Subject);
            }
        }
    }

    private static double SecondsOf(DateTime time) => new DateTimeOffset(time.ToUniversalTime()).ToUnixTimeSeconds();
}
