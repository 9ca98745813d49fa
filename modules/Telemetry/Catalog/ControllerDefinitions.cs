namespace Kafka.Modular.Telemetry.Catalog;

/// <summary>The controller. What it tells of the cluster comes from the active one alone.</summary>
public static class ControllerDefinitions
{
    /// <summary>1 on the active controller, 0 elsewhere.</summary>
    public static MetricDefinition ActiveControllerCount { get; } = MetricDefinition.OfKafka("kafka.controller:type=KafkaController,name=ActiveControllerCount", MetricKind.Gauge, "1 on the active controller, 0 elsewhere.");

    /// <summary>Brokers that are registered and not fenced.</summary>
    public static MetricDefinition ActiveBrokerCount { get; } = MetricDefinition.OfKafka("kafka.controller:type=KafkaController,name=ActiveBrokerCount", MetricKind.Gauge, "Brokers that are registered and not fenced.");

    /// <summary>Brokers that are registered and fenced.</summary>
    public static MetricDefinition FencedBrokerCount { get; } = MetricDefinition.OfKafka("kafka.controller:type=KafkaController,name=FencedBrokerCount", MetricKind.Gauge, "Brokers that are registered and fenced.");

    /// <summary>Topics of the cluster.</summary>
    public static MetricDefinition GlobalTopicCount { get; } = MetricDefinition.OfKafka("kafka.controller:type=KafkaController,name=GlobalTopicCount", MetricKind.Gauge, "Topics of the cluster.");

    /// <summary>Partitions of the cluster.</summary>
    public static MetricDefinition GlobalPartitionCount { get; } = MetricDefinition.OfKafka("kafka.controller:type=KafkaController,name=GlobalPartitionCount", MetricKind.Gauge, "Partitions of the cluster.");

    /// <summary>Partitions without a leader.</summary>
    public static MetricDefinition OfflinePartitionsCount { get; } = MetricDefinition.OfKafka("kafka.controller:type=KafkaController,name=OfflinePartitionsCount", MetricKind.Gauge, "Partitions without a leader.");

    /// <summary>Partitions whose leader is not their preferred one.</summary>
    public static MetricDefinition PreferredReplicaImbalanceCount { get; } = MetricDefinition.OfKafka("kafka.controller:type=KafkaController,name=PreferredReplicaImbalanceCount", MetricKind.Gauge, "Partitions whose leader is not their preferred one.");

    /// <summary>Metadata records that this node could not apply.</summary>
    public static MetricDefinition MetadataErrorCount { get; } = MetricDefinition.OfKafka("kafka.controller:type=KafkaController,name=MetadataErrorCount", MetricKind.Gauge, "Metadata records that this node could not apply.");

    /// <summary>Offset of the last metadata record in effect here.</summary>
    public static MetricDefinition LastAppliedRecordOffset { get; } = MetricDefinition.OfKafka("kafka.controller:type=KafkaController,name=LastAppliedRecordOffset", MetricKind.Gauge, "Offset of the last metadata record in effect here.");

    /// <summary>Offset of the last metadata record that is committed.</summary>
    public static MetricDefinition LastCommittedRecordOffset { get; } = MetricDefinition.OfKafka("kafka.controller:type=KafkaController,name=LastCommittedRecordOffset", MetricKind.Gauge, "Offset of the last metadata record that is committed.");

    /// <summary>Leaders elected that were not in sync.</summary>
    public static MetricDefinition UncleanLeaderElections { get; } = MetricDefinition.OfKafka("kafka.controller:type=ControllerStats,name=UncleanLeaderElectionsPerSec", MetricKind.Counter, "Leaders elected that were not in sync.");

    /// <summary>0 not running, 1 starting, 2 recovering, 3 running, 6 giving leadership away, 7 shutting down.</summary>
    public static MetricDefinition BrokerState { get; } = MetricDefinition.OfKafka("kafka.server:type=KafkaServer,name=BrokerState", MetricKind.Gauge, "0 not running, 1 starting, 2 recovering, 3 running, 6 giving leadership away, 7 shutting down.");

    internal static IEnumerable<MetricDefinition> All =>
        [ActiveControllerCount, ActiveBrokerCount, FencedBrokerCount, GlobalTopicCount, GlobalPartitionCount, OfflinePartitionsCount,
            PreferredReplicaImbalanceCount, MetadataErrorCount, LastAppliedRecordOffset, LastCommittedRecordOffset, UncleanLeaderElections,
            BrokerState];
}
