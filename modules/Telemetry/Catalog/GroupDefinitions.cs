namespace Kafka.Modular.Telemetry.Catalog;

/// <summary>The groups that this node coordinates.</summary>
public static class GroupDefinitions
{
    /// <summary>Classic groups.</summary>
    public static MetricDefinition NumGroups { get; } = MetricDefinition.OfKafka("kafka.coordinator.group:type=GroupMetadataManager,name=NumGroups", MetricKind.Gauge, "Classic groups.");

    /// <summary>Committed offsets.</summary>
    public static MetricDefinition NumOffsets { get; } = MetricDefinition.OfKafka("kafka.coordinator.group:type=GroupMetadataManager,name=NumOffsets", MetricKind.Gauge, "Committed offsets.");

    /// <summary>Classic groups without members.</summary>
    public static MetricDefinition NumGroupsEmpty { get; } = MetricDefinition.OfKafka("kafka.coordinator.group:type=GroupMetadataManager,name=NumGroupsEmpty", MetricKind.Gauge, "Classic groups without members.");

    /// <summary>Classic groups that wait for their members.</summary>
    public static MetricDefinition NumGroupsPreparingRebalance { get; } = MetricDefinition.OfKafka("kafka.coordinator.group:type=GroupMetadataManager,name=NumGroupsPreparingRebalance", MetricKind.Gauge, "Classic groups that wait for their members.");

    /// <summary>Classic groups that wait for their leader's assignment.</summary>
    public static MetricDefinition NumGroupsCompletingRebalance { get; } = MetricDefinition.OfKafka("kafka.coordinator.group:type=GroupMetadataManager,name=NumGroupsCompletingRebalance", MetricKind.Gauge, "Classic groups that wait for their leader's assignment.");

    /// <summary>Classic groups with an assignment in force.</summary>
    public static MetricDefinition NumGroupsStable { get; } = MetricDefinition.OfKafka("kafka.coordinator.group:type=GroupMetadataManager,name=NumGroupsStable", MetricKind.Gauge, "Classic groups with an assignment in force.");

    /// <summary>Classic groups that are being removed.</summary>
    public static MetricDefinition NumGroupsDead { get; } = MetricDefinition.OfKafka("kafka.coordinator.group:type=GroupMetadataManager,name=NumGroupsDead", MetricKind.Gauge, "Classic groups that are being removed.");

    /// <summary>Members of a group.</summary>
    public static MetricDefinition Members { get; } = MetricDefinition.Of("kafka_consumergroup_members", MetricKind.Gauge, "Members of a group.", "consumergroup");

    /// <summary>Committed offset of a group.</summary>
    public static MetricDefinition CurrentOffset { get; } = MetricDefinition.Of("kafka_consumergroup_current_offset", MetricKind.Gauge, "Committed offset of a group.", "consumergroup", "topic", "partition");

    /// <summary>Sum of a group's committed offsets over a topic's partitions.</summary>
    public static MetricDefinition CurrentOffsetSum { get; } = MetricDefinition.Of("kafka_consumergroup_current_offset_sum", MetricKind.Gauge, "Sum of a group's committed offsets over a topic's partitions.", "consumergroup", "topic");

    /// <summary>Records between a group's committed offset and the end of the partition; only for partitions led by this broker.</summary>
    public static MetricDefinition Lag { get; } = MetricDefinition.Of("kafka_consumergroup_lag", MetricKind.Gauge, "Records between a group's committed offset and the end of the partition; only for partitions led by this broker.", "consumergroup", "topic", "partition");

    /// <summary>Sum of a group's lag over a topic's partitions that this broker leads.</summary>
    public static MetricDefinition LagSum { get; } = MetricDefinition.Of("kafka_consumergroup_lag_sum", MetricKind.Gauge, "Sum of a group's lag over a topic's partitions that this broker leads.", "consumergroup", "topic");

    internal static IEnumerable<MetricDefinition> All =>
        [NumGroups, NumOffsets, NumGroupsEmpty, NumGroupsPreparingRebalance, NumGroupsCompletingRebalance, NumGroupsStable, NumGroupsDead, Members,
            CurrentOffset, CurrentOffsetSum, Lag, LagSum];
}
