using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Replication;

/// <summary>Port: asks the controller for another ISR (AlterPartition). The answer comes back as metadata.</summary>
public interface IIsrChanges
{
    /// <summary>Asks, without waiting. A partition has at most one request under way; <paramref name="onDone"/> says that it is answered, well or badly.</summary>
    void Request(TopicPartition partition, Uuid topicId, int leaderEpoch, int partitionEpoch, IReadOnlyList<int> isr, Action onDone);
}
