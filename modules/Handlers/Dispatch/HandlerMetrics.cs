using Kafka.Modular.Network.Metrics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Instruments;

namespace Kafka.Modular.Handlers.Dispatch;

/// <summary>What is counted of requests. Any thread.</summary>
public sealed class HandlerMetrics
{
    private int _parkedProduces;
    private int _parkedFetches;

    /// <summary>Registers the metrics.</summary>
    public HandlerMetrics(MetricRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        Requests = new RequestMetricsTable(registry, static code => ((ErrorCode)code).Info().Name);
        registry.Source(ReplicaDefinitions.PurgatorySize, sink =>
        {
            sink.Add(Volatile.Read(in _parkedProduces), "Produce");
            sink.Add(Volatile.Read(in _parkedFetches), "Fetch");
        });
    }

    /// <summary>Requests by their kind.</summary>
    public RequestMetricsTable Requests { get; }

    /// <summary>A produce is parked (1) or not any more (-1).</summary>
    internal void OnProduceParked(int change) => Interlocked.Add(ref _parkedProduces, change);

    /// <summary>A fetch is parked (1) or not any more (-1).</summary>
    internal void OnFetchParked(int change) => Interlocked.Add(ref _parkedFetches, change);
}
