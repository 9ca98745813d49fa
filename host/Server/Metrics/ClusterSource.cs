using System.Globalization;
using Kafka.Modular.Controller;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.LogStorage;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Replication;
using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Instruments;

namespace Kafka.Modular.Server.Metrics;

/// <summary>Tells of the cluster from the metadata: as the controller, where this node is the active one, and under the names of the Kafka exporter.</summary>
internal sealed class ClusterSource(MetadataController controller, MetadataCache metadata, ReplicaManager replicas)
{
    private IEnumerable<PartitionRegistration> Partitions =>
        metadata.Image.Topics.ByName.Values.SelectMany(static topic => topic.Partitions).Select(static partition => partition.Value);

    public void Register(MetricRegistry registry)
    {
        registry.Read(ControllerDefinitions.ActiveControllerCount, () => controller.IsActive ? 1 : 0);
        OfController(registry, ControllerDefinitions.ActiveBrokerCount, () => metadata.Image.Cluster.Brokers.Values.Count(static broker => !broker.IsFenced));
        OfController(registry, ControllerDefinitions.FencedBrokerCount, () => metadata.Image.Cluster.Brokers.Values.Count(static broker => broker.IsFenced));
        OfController(registry, ControllerDefinitions.GlobalTopicCount, () => metadata.Image.Topics.Count);
        OfController(registry, ControllerDefinitions.GlobalPartitionCount, () => metadata.Image.Topics.ByName.Values.Sum(static topic => topic.PartitionCount));
        OfController(registry, ControllerDefinitions.OfflinePartitionsCount, () => Partitions.Count(static partition => !partition.HasLeader));
        OfController(
            registry, ControllerDefinitions.PreferredReplicaImbalanceCount, () => Partitions.Count(static partition => partition.Leader != partition.PreferredLeader));
        registry.Read(ClusterDefinitions.Brokers, () => metadata.Image.Cluster.Brokers.Values.Count(static broker => !broker.IsFenced));
        registry.Source(ClusterDefinitions.BrokerInfo, CollectBrokers);
        registry.Source(ClusterDefinitions.TopicPartitions, sink =>
        {
            foreach (var topic in metadata.Image.Topics.ByName.Values)
                sink.Add(topic.PartitionCount, topic.Name);
        });
        OfPartition(registry, ClusterDefinitions.CurrentOffset, static (_, log) => log.HighWatermark);
        OfPartition(registry, ClusterDefinitions.OldestOffset, static (_, log) => log.LogStartOffset);
        OfPartition(registry, ClusterDefinitions.InSyncReplica, static (partition, _) => partition.Isr.Count);
        OfPartition(registry, ClusterDefinitions.Leader, static (partition, _) => partition.LeaderId);
        OfPartition(registry, ClusterDefinitions.LeaderIsPreferred, (partition, _) => IsPreferred(partition) ? 1 : 0);
        OfPartition(registry, ClusterDefinitions.Replicas, static (partition, _) => partition.ReplicaCount);
        OfPartition(
            registry, ClusterDefinitions.UnderReplicatedPartition, static (partition, _) => partition.Isr.Count < partition.ReplicaCount ? 1 : 0);
    }

    /// <summary>The other controllers would tell the same again, and a sum over all nodes would be wrong.</summary>
    private void OfController(MetricRegistry registry, MetricDefinition definition, Func<double> value) =>
        registry.Read(definition, () => controller.IsActive ? value() : 0);

    private void CollectBrokers(MetricSink sink)
    {
        foreach (var broker in metadata.Image.Cluster.Brokers.Values)
        {
            var address = broker.Endpoints.IsEmpty ? "" : string.Create(CultureInfo.InvariantCulture, $"{broker.Endpoints[0].Host}:{broker.Endpoints[0].Port}");
            sink.Add(1, broker.Id.ToString(CultureInfo.InvariantCulture), address);
        }
    }

    private void OfPartition(MetricRegistry registry, MetricDefinition definition, Func<Partition, PartitionLog, double> value) => registry.Source(definition, sink =>
    {
        foreach (var partition in replicas.Partitions)
        {
            if (partition.IsLeader && partition.Log is { } log)
                sink.Add(value(partition, log), partition.TopicPartition.Topic, partition.TopicPartition.Partition.ToString(CultureInfo.InvariantCulture));
        }
    });

    private bool IsPreferred(Partition partition) => Find(partition.TopicPartition) is { } registration && registration.PreferredLeader == partition.LeaderId;

    private PartitionRegistration? Find(TopicPartition partition) => metadata.Image.Topics.Partition(partition.Topic, partition.Partition);
}
