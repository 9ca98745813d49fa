using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Coordination;

/// <summary>What the coordinator runtime logs.</summary>
internal static partial class CoordinationEvents
{
    [LoggerMessage(6000, LogLevel.Debug, "Loading coordinator state from {Partition} at leader epoch {LeaderEpoch}.")]
    public static partial void Loading(this ILogger logger, TopicPartition partition, int leaderEpoch);

    [LoggerMessage(6001, LogLevel.Information, "Loaded {Records} records of coordinator state from {Partition} in {ElapsedMs} ms.")]
    public static partial void Loaded(this ILogger logger, long records, TopicPartition partition, long elapsedMs);

    [LoggerMessage(6002, LogLevel.Error, "Coordinator state could not be loaded from {Partition}: {Error}. Its callers are sent elsewhere until this node leads the partition anew.")]
    public static partial void LoadFailed(this ILogger logger, Exception? exception, TopicPartition partition, ErrorCode error);

    [LoggerMessage(6007, LogLevel.Information, "Loading coordinator state from {Partition} is given up: this node leads the partition no longer.")]
    public static partial void LoadGivenUp(this ILogger logger, TopicPartition partition);

    [LoggerMessage(6003, LogLevel.Information, "Unloaded coordinator state of {Partition}.")]
    public static partial void Unloaded(this ILogger logger, TopicPartition partition);

    [LoggerMessage(6004, LogLevel.Error, "A coordinator operation on {Partition} failed.")]
    public static partial void OperationFailed(this ILogger logger, Exception exception, TopicPartition partition);

    [LoggerMessage(6005, LogLevel.Warning, "Records of a coordinator operation could not be appended to {Partition}: {Error}.")]
    public static partial void AppendFailed(this ILogger logger, TopicPartition partition, ErrorCode error);

    [LoggerMessage(6006, LogLevel.Warning, "Record {Offset} of {Partition} cannot be decoded and is passed over: {Reason}")]
    public static partial void UndecodableRecord(this ILogger logger, long offset, TopicPartition partition, string reason);
}
