using Kafka.Modular.Protocol;

namespace Kafka.Modular.Coordination;

/// <summary>What a caller of a coordinator is told when the coordinator's own partition could not be written or read.</summary>
public static class CoordinatorErrors
{
    /// <summary>
    /// Translates a partition's error: clients of a coordinator look it up again, or try again, and know nothing of its partition.
    /// </summary>
    public static ErrorCode ForCaller(ErrorCode error) => error switch
    {
        ErrorCode.UnknownTopicOrPartition or ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend or ErrorCode.RequestTimedOut
            => ErrorCode.CoordinatorNotAvailable,
        ErrorCode.NotLeaderOrFollower or ErrorCode.KafkaStorageError => ErrorCode.NotCoordinator,
        ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidFetchSize => ErrorCode.UnknownServerError,
        _ => error,
    };
}
