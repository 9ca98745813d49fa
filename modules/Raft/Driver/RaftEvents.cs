using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Raft.Driver;

/// <summary>Log lines of the quorum, event ids 4000 to 4099; category <c>org.apache.kafka.raft.KafkaRaftClient</c>.</summary>
internal static partial class RaftEvents
{
    public const string Category = "org.apache.kafka.raft.KafkaRaftClient";

    [LoggerMessage(4000, LogLevel.Information, "Metadata quorum: node {NodeId} went from {From} to {To} in epoch {Epoch}: {Reason}")]
    public static partial void StateChanged(this ILogger logger, int nodeId, string from, string to, int epoch, string reason);

    [LoggerMessage(4001, LogLevel.Information, "Metadata quorum: the leader of epoch {Epoch} is {LeaderId} (-1: not known)")]
    public static partial void LeaderChanged(this ILogger logger, int epoch, int leaderId);

    [LoggerMessage(4002, LogLevel.Error, "Metadata quorum: a message was ignored because it contradicts the protocol: {Message}")]
    public static partial void ProtocolViolated(this ILogger logger, string message);

    [LoggerMessage(4003, LogLevel.Critical, "Metadata quorum: node {NodeId} stops taking part, because committed metadata would be at risk: {Message}")]
    public static partial void Failed(this ILogger logger, int nodeId, string message);

    [LoggerMessage(4004, LogLevel.Critical, "Metadata quorum: node {NodeId} stops taking part after an error")]
    public static partial void Faulted(this ILogger logger, Exception exception, int nodeId);

    [LoggerMessage(4005, LogLevel.Information, "Metadata quorum: snapshot {SnapshotId} of {Size} bytes is being downloaded from the leader")]
    public static partial void SnapshotDownload(this ILogger logger, string snapshotId, long size);

    [LoggerMessage(4006, LogLevel.Information, "Metadata quorum: everything before snapshot {SnapshotId} was deleted")]
    public static partial void Cleaned(this ILogger logger, string snapshotId);

    [LoggerMessage(4007, LogLevel.Debug, "Metadata quorum: request to {Destination} failed")]
    public static partial void RequestFailed(this ILogger logger, Exception exception, string destination);

    [LoggerMessage(4008, LogLevel.Information, "Metadata quorum: node {NodeId} starts with log {StartOffset}..{EndOffset}, epoch {Epoch} and voters {Voters}")]
    public static partial void Starting(this ILogger logger, int nodeId, long startOffset, long endOffset, int epoch, string voters);
}
