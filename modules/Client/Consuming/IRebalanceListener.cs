using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Client.Consuming;

/// <summary>Told of changes of a consumer's assignment, by the poll that makes them.</summary>
public interface IRebalanceListener
{
    /// <summary>Partitions came.</summary>
    void OnAssigned(IReadOnlyCollection<TopicPartition> partitions);

    /// <summary>Partitions are given up; their offsets can still be committed.</summary>
    void OnRevoked(IReadOnlyCollection<TopicPartition> partitions);

    /// <summary>Partitions were lost: somebody else may have them by now.</summary>
    void OnLost(IReadOnlyCollection<TopicPartition> partitions);
}
