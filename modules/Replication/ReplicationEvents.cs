using Kafka.Modular.Core.Ids;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Replication;

/// <summary>What replication logs.</summary>
internal static partial class ReplicationEvents
{
    [LoggerMessage(4500, LogLevel.Debug, "Leading {Partition} in epoch {LeaderEpoch} from offset {Offset} on.")]
    public static partial void Leads(this ILogger logger, TopicPartition partition, int leaderEpoch, long offset);

    [LoggerMessage(4501, LogLevel.Error, "The metadata's change of {Partition} could not be applied: the partition is not served by this broker.")]
    public static partial void ApplyFailed(this ILogger logger, Exception exception, TopicPartition partition);

    [LoggerMessage(4502, LogLevel.Information, "Moving {Partition} to {Directory}.")]
    public static partial void MoveStarted(this ILogger logger, TopicPartition partition, string directory);

    [LoggerMessage(4503, LogLevel.Error, "{Partition} could not be moved to {Directory}; it stays where it is.")]
    public static partial void MoveFailed(this ILogger logger, Exception exception, TopicPartition partition, string directory);
}
