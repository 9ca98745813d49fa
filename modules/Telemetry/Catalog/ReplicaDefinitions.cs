namespace Kafka.Modular.Telemetry.Catalog;

/// <summary>The replicas of this broker.</summary>
public static class ReplicaDefinitions
{
    /// <summary>Partitions that this broker has a replica of.</summary>
    public static MetricDefinition PartitionCount { get; } = MetricDefinition.OfKafka("kafka.server:type=ReplicaManager,name=PartitionCount", MetricKind.Gauge, "Partitions that this broker has a replica of.");

    /// <summary>Partitions that this broker leads.</summary>
    public static MetricDefinition LeaderCount { get; } = MetricDefinition.OfKafka("kafka.server:type=ReplicaManager,name=LeaderCount", MetricKind.Gauge, "Partitions that this broker leads.");

    /// <summary>Partitions led here that have replicas out of sync.</summary>
    public static MetricDefinition UnderReplicatedPartitions { get; } = MetricDefinition.OfKafka("kafka.server:type=ReplicaManager,name=UnderReplicatedPartitions", MetricKind.Gauge, "Partitions led here that have replicas out of sync.");

    /// <summary>Partitions led here with fewer replicas in sync than min.insync.replicas.</summary>
    public static MetricDefinition UnderMinIsrPartitionCount { get; } = MetricDefinition.OfKafka("kafka.server:type=ReplicaManager,name=UnderMinIsrPartitionCount", MetricKind.Gauge, "Partitions led here with fewer replicas in sync than min.insync.replicas.");

    /// <summary>Partitions led here with just min.insync.replicas in sync.</summary>
    public static MetricDefinition AtMinIsrPartitionCount { get; } = MetricDefinition.OfKafka("kafka.server:type=ReplicaManager,name=AtMinIsrPartitionCount", MetricKind.Gauge, "Partitions led here with just min.insync.replicas in sync.");

    /// <summary>Replicas of this broker whose log cannot be used.</summary>
    public static MetricDefinition OfflineReplicaCount { get; } = MetricDefinition.OfKafka("kafka.server:type=ReplicaManager,name=OfflineReplicaCount", MetricKind.Gauge, "Replicas of this broker whose log cannot be used.");

    /// <summary>Partitions led here that are being moved.</summary>
    public static MetricDefinition ReassigningPartitions { get; } = MetricDefinition.OfKafka("kafka.server:type=ReplicaManager,name=ReassigningPartitions", MetricKind.Gauge, "Partitions led here that are being moved.");

    /// <summary>Replicas asked to leave an ISR.</summary>
    public static MetricDefinition IsrShrinks { get; } = MetricDefinition.OfKafka("kafka.server:type=ReplicaManager,name=IsrShrinksPerSec", MetricKind.Counter, "Replicas asked to leave an ISR.");

    /// <summary>Replicas asked to join an ISR.</summary>
    public static MetricDefinition IsrExpands { get; } = MetricDefinition.OfKafka("kafka.server:type=ReplicaManager,name=IsrExpandsPerSec", MetricKind.Counter, "Replicas asked to join an ISR.");

    /// <summary>Changes of an ISR that the controller refused.</summary>
    public static MetricDefinition FailedIsrUpdates { get; } = MetricDefinition.OfKafka("kafka.server:type=ReplicaManager,name=FailedIsrUpdatesPerSec", MetricKind.Counter, "Changes of an ISR that the controller refused.");

    /// <summary>Idempotent producers that the logs of this broker remember.</summary>
    public static MetricDefinition ProducerIdCount { get; } = MetricDefinition.OfKafka("kafka.server:type=ReplicaManager,name=ProducerIdCount", MetricKind.Gauge, "Idempotent producers that the logs of this broker remember.");

    /// <summary>Requests that are parked.</summary>
    public static MetricDefinition PurgatorySize { get; } = MetricDefinition.OfKafka("kafka.server:type=DelayedOperationPurgatory,name=PurgatorySize,delayedOperation=*", MetricKind.Gauge, "Requests that are parked.");

    /// <summary>Fetch sessions kept.</summary>
    public static MetricDefinition FetchSessions { get; } = MetricDefinition.OfKafka("kafka.server:type=FetchSessionCache,name=NumIncrementalFetchSessions", MetricKind.Gauge, "Fetch sessions kept.");

    /// <summary>Partitions in the fetch sessions kept.</summary>
    public static MetricDefinition FetchSessionPartitions { get; } = MetricDefinition.OfKafka("kafka.server:type=FetchSessionCache,name=NumIncrementalFetchPartitionsCached", MetricKind.Gauge, "Partitions in the fetch sessions kept.");

    /// <summary>Fetch sessions given up for others.</summary>
    public static MetricDefinition FetchSessionEvictions { get; } = MetricDefinition.OfKafka("kafka.server:type=FetchSessionCache,name=IncrementalFetchSessionEvictionsPerSec", MetricKind.Counter, "Fetch sessions given up for others.");

    /// <summary>1 while a partition led here has replicas out of sync.</summary>
    public static MetricDefinition UnderReplicated { get; } = MetricDefinition.OfKafka("kafka.cluster:type=Partition,name=UnderReplicated,topic=*,partition=*", MetricKind.Gauge, "1 while a partition led here has replicas out of sync.");

    /// <summary>Replicas in sync of a partition led here.</summary>
    public static MetricDefinition InSyncReplicasCount { get; } = MetricDefinition.OfKafka("kafka.cluster:type=Partition,name=InSyncReplicasCount,topic=*,partition=*", MetricKind.Gauge, "Replicas in sync of a partition led here.");

    /// <summary>Replicas of a partition led here.</summary>
    public static MetricDefinition ReplicasCount { get; } = MetricDefinition.OfKafka("kafka.cluster:type=Partition,name=ReplicasCount,topic=*,partition=*", MetricKind.Gauge, "Replicas of a partition led here.");

    /// <summary>1 while a partition led here has fewer replicas in sync than min.insync.replicas.</summary>
    public static MetricDefinition UnderMinIsr { get; } = MetricDefinition.OfKafka("kafka.cluster:type=Partition,name=UnderMinIsr,topic=*,partition=*", MetricKind.Gauge, "1 while a partition led here has fewer replicas in sync than min.insync.replicas.");

    /// <summary>1 while a partition led here has just min.insync.replicas in sync.</summary>
    public static MetricDefinition AtMinIsr { get; } = MetricDefinition.OfKafka("kafka.cluster:type=Partition,name=AtMinIsr,topic=*,partition=*", MetricKind.Gauge, "1 while a partition led here has just min.insync.replicas in sync.");

    /// <summary>Offsets between the last stable offset and the high watermark of a partition led here.</summary>
    public static MetricDefinition LastStableOffsetLag { get; } = MetricDefinition.OfKafka("kafka.cluster:type=Partition,name=LastStableOffsetLag,topic=*,partition=*", MetricKind.Gauge, "Offsets between the last stable offset and the high watermark of a partition led here.");

    internal static IEnumerable<MetricDefinition> All =>
        [PartitionCount, LeaderCount, UnderReplicatedPartitions, UnderMinIsrPartitionCount, AtMinIsrPartitionCount, OfflineReplicaCount,
            ReassigningPartitions, IsrShrinks, IsrExpands, FailedIsrUpdates, ProducerIdCount, PurgatorySize, FetchSessions, FetchSessionPartitions,
            FetchSessionEvictions, UnderReplicated, InSyncReplicasCount, ReplicasCount, UnderMinIsr, AtMinIsr, LastStableOffsetLag];
}
