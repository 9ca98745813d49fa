using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Instruments;

namespace Kafka.Modular.Replication.Metrics;

/// <summary>What is counted of the replicas of a broker.</summary>
/// <param name="registry">Where it is read.</param>
internal sealed class ReplicaMetrics(MetricRegistry registry)
{
    /// <summary>Traffic of topics.</summary>
    public BrokerTopicMetrics Topics { get; } = new(registry);

    /// <summary>Replicas asked to leave an ISR.</summary>
    public Counter IsrShrinks { get; } = registry.Counter(ReplicaDefinitions.IsrShrinks);

    /// <summary>Replicas asked to join an ISR.</summary>
    public Counter IsrExpands { get; } = registry.Counter(ReplicaDefinitions.IsrExpands);
}
