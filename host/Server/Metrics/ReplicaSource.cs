using System.Globalization;
using Kafka.Modular.LogStorage;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Replication;
using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Instruments;

namespace Kafka.Modular.Server.Metrics;

/// <summary>Tells of the replicas and logs of this broker.</summary>
internal sealed class ReplicaSource(LogManager logs, ReplicaManager replicas, MetadataCache metadata)
{
    private IEnumerable<Partition> Led => replicas.Partitions.Where(static partition => partition.IsLeader);

    public void Register(MetricRegistry registry)
    {
        registry.Read(ReplicaDefinitions.PartitionCount, () => replicas.Partitions.Count());
        registry.Read(ReplicaDefinitions.LeaderCount, () => Led.Count());
        registry.Read(ReplicaDefinitions.UnderReplicatedPartitions, () => Led.Count(IsUnderReplicated));
        registry.Read(ReplicaDefinitions.UnderMinIsrPartitionCount, () => Led.Count(IsUnderMinIsr));
        registry.Read(ReplicaDefinitions.AtMinIsrPartitionCount, () => Led.Count(IsAtMinIsr));
        registry.Read(ReplicaDefinitions.OfflineReplicaCount, () => replicas.Partitions.Count(static partition => partition.Log is null));
        registry.Read(ReplicaDefinitions.ReassigningPartitions, () => Led.Count(IsReassigning));
        registry.Read(ReplicaDefinitions.ProducerIdCount, () => logs.Logs.Sum(static log => log.ProducerCount));
        OfPartition(registry, ReplicaDefinitions.UnderReplicated, static partition => IsUnderReplicated(partition) ? 1 : 0);
        OfPartition(registry, ReplicaDefinitions.InSyncReplicasCount, static partition => partition.Isr.Count);
        OfPartition(registry, ReplicaDefinitions.ReplicasCount, static partition => partition.ReplicaCount);
        OfPartition(registry, ReplicaDefinitions.UnderMinIsr, static partition => IsUnderMinIsr(partition) ? 1 : 0);
        OfPartition(registry, ReplicaDefinitions.AtMinIsr, static partition => IsAtMinIsr(partition) ? 1 : 0);
        OfPartition(registry, ReplicaDefinitions.LastStableOffsetLag, static partition => partition.Log is { } log ? log.HighWatermark - log.LastStableOffset : 0);
        OfLog(registry, LogDefinitions.Size, static log => log.Size);
        OfLog(registry, LogDefinitions.NumLogSegments, static log => log.SegmentCount);
        OfLog(registry, LogDefinitions.LogStartOffset, static log => log.LogStartOffset);
        OfLog(registry, LogDefinitions.LogEndOffset, static log => log.LogEndOffset);
        // A directory that fails takes its logs with it; there is none that goes on without.
        registry.Read(LogDefinitions.OfflineLogDirectoryCount, static () => 0);
        registry.Source(LogDefinitions.LogDirectoryOffline, sink =>
        {
            foreach (var directory in logs.Directories)
                sink.Add(0, directory.Path);
        });
    }

    private static bool IsUnderReplicated(Partition partition) => partition.Isr.Count < partition.ReplicaCount;

    private static bool IsUnderMinIsr(Partition partition) => partition.Isr.Count < partition.WantedInSync;

    private static bool IsAtMinIsr(Partition partition) => partition.Isr.Count == partition.WantedInSync;

    private bool IsReassigning(Partition partition) =>
        metadata.Image.Topics.Partition(partition.TopicPartition.Topic, partition.TopicPartition.Partition)?.IsReassigning == true;

    private void OfPartition(MetricRegistry registry, MetricDefinition definition, Func<Partition, double> value) => registry.Source(definition, sink =>
    {
        foreach (var partition in Led)
            sink.Add(value(partition), partition.TopicPartition.Topic, Number(partition.TopicPartition.Partition));
    });

    private void OfLog(MetricRegistry registry, MetricDefinition definition, Func<PartitionLog, double> value) => registry.Source(definition, sink =>
    {
        foreach (var log in logs.Logs)
            sink.Add(value(log), log.TopicPartition.Topic, Number(log.TopicPartition.Partition));
    });

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
