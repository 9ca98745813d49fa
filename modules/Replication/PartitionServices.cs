using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Live;

namespace Kafka.Modular.Replication;

/// <summary>What the partitions of a broker share.</summary>
internal sealed record PartitionServices(int BrokerId, LiveConfiguration Configuration, IIsrChanges IsrChanges, TimeProvider Time)
{
    private readonly ISettings<ReplicationSettings> _settings = Configuration.Settings<ReplicationSettings>();

    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public long MaxLagMs => _settings.Current.ReplicaLagTimeMaxMs;

    public int MinInSyncReplicas(string topic) => Configuration.Topics.Get(topic).MinInsyncReplicas;
}
