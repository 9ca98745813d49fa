using System.Collections.Concurrent;
using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Instruments;

namespace Kafka.Modular.Network.Metrics;

/// <summary>What is counted of connections, by listener (<c>kafka.server:type=socket-server-metrics</c>).</summary>
internal sealed class SocketServerMetrics
{
    /// <summary>Kafka names the network thread; there is one pool for all here.</summary>
    private const string Processor = "0";

    private readonly ConcurrentDictionary<string, ListenerMetrics> _listeners = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;

    public SocketServerMetrics(MetricRegistry registry)
    {
        _time = registry.Time;
        Register(registry, SocketDefinitions.ConnectionCount, static listener => listener.Created.Value - listener.Closed.Value);
        Register(registry, SocketDefinitions.ConnectionCreation, static listener => listener.Created.Value);
        Register(registry, SocketDefinitions.ConnectionClose, static listener => listener.Closed.Value);
        Register(registry, SocketDefinitions.IncomingBytes, static listener => listener.IncomingBytes.Value);
        Register(registry, SocketDefinitions.OutgoingBytes, static listener => listener.OutgoingBytes.Value);
        Register(registry, SocketDefinitions.Requests, static listener => listener.Requests.Value);
        Register(registry, SocketDefinitions.SuccessfulAuthentications, static listener => listener.SuccessfulAuthentications.Value);
        Register(registry, SocketDefinitions.FailedAuthentications, static listener => listener.FailedAuthentications.Value);
        Register(registry, SocketDefinitions.Responses, static listener => listener.Responses.Value);
        Register(registry, SocketDefinitions.AuthenticationsWithoutReauthentication, static listener => listener.Authentications(AuthenticationEvent.WithoutReauthentication).Value);
        Register(registry, SocketDefinitions.Reauthentications, static listener => listener.Authentications(AuthenticationEvent.Reauthenticated).Value);
        Register(registry, SocketDefinitions.FailedReauthentications, static listener => listener.Authentications(AuthenticationEvent.ReauthenticationFailed).Value);
        Register(registry, SocketDefinitions.ExpiredConnectionsKilled, static listener => listener.Authentications(AuthenticationEvent.Expired).Value);
        registry.Source(SocketDefinitions.AllExpiredConnectionsKilled, sink => sink.Add(_listeners.Values.Sum(static listener => listener.Authentications(AuthenticationEvent.Expired).Value)));
        registry.Source(SocketDefinitions.ReauthenticationLatencyMax, sink => CollectLatency(sink, static latency => latency.Greatest));
        registry.Source(SocketDefinitions.ReauthenticationLatencyAverage, sink => CollectLatency(sink, static latency => latency.Average));
        registry.Source(SocketDefinitions.Connections, CollectKinds);
    }

    /// <summary>The metrics of a listener, made on first use.</summary>
    public ListenerMetrics Of(string listener) => _listeners.GetOrAdd(listener, static (_, time) => new ListenerMetrics(time), _time);

    private void CollectLatency(MetricSink sink, Func<(double Greatest, double Average), double> select)
    {
        foreach (var (name, metrics) in _listeners)
        {
            if (metrics.Reauthentication.Read() is { } latency)
                sink.Add(select(latency), name, Processor);
        }
    }

    private void CollectKinds(MetricSink sink)
    {
        foreach (var (name, metrics) in _listeners)
        {
            foreach (var (kind, count) in metrics.Encryption.Read())
                sink.Add(count, kind.First, kind.Second, "", "", name, Processor);
            foreach (var (kind, count) in metrics.Software.Read())
                sink.Add(count, "", "", kind.First, kind.Second, name, Processor);
        }
    }

    private void Register(MetricRegistry registry, MetricDefinition definition, Func<ListenerMetrics, long> select) => registry.Source(definition, sink =>
    {
        foreach (var (name, metrics) in _listeners)
            sink.Add(select(metrics), name, Processor);
    });
}
