using Kafka.Modular.Protocol;

namespace Kafka.Modular.Client.Cluster;

/// <summary>A partition as the metadata has it.</summary>
/// <param name="Index">Its number within the topic.</param>
/// <param name="Error">What is wrong with it, LEADER_NOT_AVAILABLE for example.</param>
/// <param name="LeaderId">The node that leads it; -1 while there is none.</param>
/// <param name="LeaderEpoch">The leader's epoch; -1 where the broker is too old to name it.</param>
/// <param name="Replicas">The nodes that hold it, the preferred leader first.</param>
/// <param name="InSyncReplicas">Those that are in sync.</param>
/// <param name="OfflineReplicas">Those that are not there.</param>
public sealed record PartitionMetadata(
    int Index,
    ErrorCode Error,
    int LeaderId,
    int LeaderEpoch,
    IReadOnlyList<int> Replicas,
    IReadOnlyList<int> InSyncReplicas,
    IReadOnlyList<int> OfflineReplicas);
