using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Replication;

/// <summary>Port: tells the controller in which directory a replica of this broker lives (AssignReplicasToDirs, KIP-858).</summary>
public interface IDirectoryAssignments
{
    /// <summary>Completes once the controller has accepted it; tries again for as long as that takes.</summary>
    /// <param name="topicId">The topic.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="directoryId">The directory's id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task AssignAsync(Uuid topicId, TopicPartition partition, Uuid directoryId, CancellationToken cancellationToken);
}
