using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Metadata.Cluster;
using Kafka.Modular.Replication.Metrics;

namespace Kafka.Modular.Replication;

/// <summary>What the partitions of a broker share.</summary>
internal sealed record PartitionServices(int BrokerId, LiveConfiguration Configuration, IIsrChanges IsrChanges, TimeProvider Time, ReplicaMetrics Metrics)
{
    private readonly ISettings<ReplicationSettings> _settings = Configuration.Settings<ReplicationSettings>();

    private volatile ClusterImage _cluster = ClusterImage.Empty;

    /// <summary>The brokers as of the last metadata that was published.</summary>
    public ClusterImage Cluster
    {
        get => _cluster;
        set => _cluster = value;
    }

    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public long MaxLagMs => _settings.Current.ReplicaLagTimeMaxMs;

    public int MinInSyncReplicas(string topic) => Configuration.Topics.Get(topic).MinInsyncReplicas;
}
