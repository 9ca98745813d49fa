using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Instruments;

namespace Kafka.Modular.Server.Metrics;

/// <summary>What is counted of the quorum and of the ISRs that its controller keeps.</summary>
internal sealed class QuorumMetrics(MetricRegistry registry)
{
    /// <summary>Microseconds from an append to its commit.</summary>
    public Histogram CommitLatency { get; } = new(registry.Time);

    /// <summary>Metadata records that could not be applied.</summary>
    public Counter MetadataFaults { get; } = new();

    /// <summary>Changes of an ISR that were refused.</summary>
    public Counter FailedIsrUpdates { get; } = registry.Counter(ReplicaDefinitions.FailedIsrUpdates);
}
