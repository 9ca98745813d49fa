namespace Kafka.Modular.Telemetry.Catalog;

/// <summary>The cluster, under the names of the Kafka exporter. A partition is told by the broker that leads it, so that the brokers together tell each once.</summary>
public static class ClusterDefinitions
{
    /// <summary>Brokers that are registered and not fenced.</summary>
    public static MetricDefinition Brokers { get; } = MetricDefinition.Of("kafka_brokers", MetricKind.Gauge, "Brokers that are registered and not fenced.");

    /// <summary>1 for each registered broker.</summary>
    public static MetricDefinition BrokerInfo { get; } = MetricDefinition.Of("kafka_broker_info", MetricKind.Gauge, "1 for each registered broker.", "id", "address");

    /// <summary>Partitions of a topic.</summary>
    public static MetricDefinition TopicPartitions { get; } = MetricDefinition.Of("kafka_topic_partitions", MetricKind.Gauge, "Partitions of a topic.", "topic");

    /// <summary>End of a partition: what consumers may read ends below.</summary>
    public static MetricDefinition CurrentOffset { get; } = MetricDefinition.Of("kafka_topic_partition_current_offset", MetricKind.Gauge, "End of a partition: what consumers may read ends below.", "topic", "partition");

    /// <summary>First offset of a partition.</summary>
    public static MetricDefinition OldestOffset { get; } = MetricDefinition.Of("kafka_topic_partition_oldest_offset", MetricKind.Gauge, "First offset of a partition.", "topic", "partition");

    /// <summary>Replicas in sync of a partition.</summary>
    public static MetricDefinition InSyncReplica { get; } = MetricDefinition.Of("kafka_topic_partition_in_sync_replica", MetricKind.Gauge, "Replicas in sync of a partition.", "topic", "partition");

    /// <summary>Id of the broker that leads a partition.</summary>
    public static MetricDefinition Leader { get; } = MetricDefinition.Of("kafka_topic_partition_leader", MetricKind.Gauge, "Id of the broker that leads a partition.", "topic", "partition");

    /// <summary>1 while a partition is led by its preferred replica.</summary>
    public static MetricDefinition LeaderIsPreferred { get; } = MetricDefinition.Of("kafka_topic_partition_leader_is_preferred", MetricKind.Gauge, "1 while a partition is led by its preferred replica.", "topic", "partition");

    /// <summary>Replicas of a partition.</summary>
    public static MetricDefinition Replicas { get; } = MetricDefinition.Of("kafka_topic_partition_replicas", MetricKind.Gauge, "Replicas of a partition.", "topic", "partition");

    /// <summary>1 while a partition has replicas out of sync.</summary>
    public static MetricDefinition UnderReplicatedPartition { get; } = MetricDefinition.Of("kafka_topic_partition_under_replicated_partition", MetricKind.Gauge, "1 while a partition has replicas out of sync.", "topic", "partition");

    internal static IEnumerable<MetricDefinition> All =>
        [Brokers, BrokerInfo, TopicPartitions, CurrentOffset, OldestOffset, InSyncReplica, Leader, LeaderIsPreferred, Replicas,
            UnderReplicatedPartition];
}
