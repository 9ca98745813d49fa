using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server;

/// <summary>What the server logs.</summary>
internal static partial class ServerEvents
{
    /// <summary>Kafka's logger of a combined node.</summary>
    public const string Category = "kafka.server.KafkaRaftServer";

    [LoggerMessage(9000, LogLevel.Information, "Kafka.Modular {Version} starts as node {NodeId} of cluster {ClusterId}.")]
    public static partial void Starting(this ILogger logger, string version, int nodeId, string clusterId);

    [LoggerMessage(9001, LogLevel.Debug, "Started {Step} in {ElapsedMs} ms.")]
    public static partial void Started(this ILogger logger, string step, long elapsedMs);

    [LoggerMessage(9002, LogLevel.Information, "Ready: node {NodeId} serves {Listeners} after {ElapsedMs} ms.")]
    public static partial void Ready(this ILogger logger, int nodeId, string listeners, long elapsedMs);

    [LoggerMessage(9003, LogLevel.Information, "Stopping.")]
    public static partial void Stopping(this ILogger logger);

    [LoggerMessage(9004, LogLevel.Debug, "Stopped {Step} in {ElapsedMs} ms.")]
    public static partial void StoppedStep(this ILogger logger, string step, long elapsedMs);

    [LoggerMessage(9005, LogLevel.Warning, "Stopping {Step} took longer than {DeadlineMs} ms; going on without it.")]
    public static partial void StopTimedOut(this ILogger logger, string step, long deadlineMs);

    [LoggerMessage(9006, LogLevel.Error, "Stopping {Step} failed.")]
    public static partial void StopFailed(this ILogger logger, Exception exception, string step);

    [LoggerMessage(9007, LogLevel.Information, "Stopped after {ElapsedMs} ms.")]
    public static partial void Stopped(this ILogger logger, long elapsedMs);

    [LoggerMessage(9008, LogLevel.Error, "Unhandled exception on loop {Loop}.")]
    public static partial void LoopFault(this ILogger logger, Exception exception, string loop);

    [LoggerMessage(9009, LogLevel.Warning, "{Problem}")]
    public static partial void ConfigurationWarning(this ILogger logger, string problem);

    [LoggerMessage(9010, LogLevel.Warning, "A dynamic value is left out: {Problem}")]
    public static partial void DynamicValueIgnored(this ILogger logger, string problem);

    [LoggerMessage(9011, LogLevel.Warning, "The ISR of {Partition} was not changed: {Error}.")]
    public static partial void IsrNotChanged(this ILogger logger, TopicPartition partition, ErrorCode error);

    [LoggerMessage(9012, LogLevel.Error, "The internal topic {Topic} cannot be created: {Error}, {Reason}.")]
    public static partial void InternalTopicNotCreated(this ILogger logger, string topic, ErrorCode error, string reason);

    [LoggerMessage(9013, LogLevel.Information, "Formatted {Directory} for cluster {ClusterId} with metadata.version {MetadataVersion}.")]
    public static partial void Formatted(this ILogger logger, string directory, string clusterId, string metadataVersion);

    [LoggerMessage(9014, LogLevel.Critical, "The quorum's log failed on this node; the server cannot go on.")]
    public static partial void QuorumFailed(this ILogger logger, Exception exception);

    [LoggerMessage(9016, LogLevel.Warning, "There is no page of metrics and health: {Reason}")]
    public static partial void NoMonitoring(this ILogger logger, string reason);

    [LoggerMessage(9015, LogLevel.Debug, "Gave memory back after a busy time: {Trimmed} bytes of buffers and what the collector found, in {ElapsedMs} ms.")]
    public static partial void MemoryReturned(this ILogger logger, long trimmed, long elapsedMs);

    [LoggerMessage(9016, LogLevel.Warning, "The controller does not know yet in which directory {Partition} lives: {Error}.")]
    public static partial void DirectoryNotAssigned(this ILogger logger, TopicPartition partition, ErrorCode error);
}
