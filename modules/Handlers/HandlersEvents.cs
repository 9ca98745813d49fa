using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Handlers;

/// <summary>What handlers log.</summary>
internal static partial class HandlersEvents
{
    [LoggerMessage(8000, LogLevel.Error, "{ApiKey} v{ApiVersion} of client {ClientId} on connection {Connection}, listener {Listener}, failed.")]
    public static partial void RequestFailed(
        this ILogger logger, Exception exception, ApiKey apiKey, short apiVersion, string clientId, string connection, string listener);

    [LoggerMessage(8011, LogLevel.Warning, "{ApiKey} v{ApiVersion} of client {ClientId} on connection {Connection}, listener {Listener}, is refused: {Reason}")]
    public static partial void RequestRefused(
        this ILogger logger, ApiKey apiKey, short apiVersion, string clientId, string connection, string listener, string reason);

    [LoggerMessage(8001, LogLevel.Warning, "Closing connection {Connection} on listener {Listener}: it sent a malformed request: {Reason}.")]
    public static partial void MalformedRequest(this ILogger logger, string connection, string listener, string reason);

    [LoggerMessage(8002, LogLevel.Warning, "API key {ApiKey} v{ApiVersion} of client '{ClientId}' is not served here: closing connection {Connection} on listener {Listener}.")]
    public static partial void UnknownApi(this ILogger logger, short apiKey, short apiVersion, string clientId, string connection, string listener);

    [LoggerMessage(8003, LogLevel.Warning, "{ApiKey} v{ApiVersion} of client '{ClientId}' is not a served version: closing connection {Connection} on listener {Listener}.")]
    public static partial void UnsupportedVersion(this ILogger logger, ApiKey apiKey, short apiVersion, string clientId, string connection, string listener);

    [LoggerMessage(8004, LogLevel.Warning, "Records of client '{ClientId}' with acks=0 were refused: closing connection {Connection} on listener {Listener}.")]
    public static partial void UnacknowledgedProduceRefused(this ILogger logger, string clientId, string connection, string listener);

    [LoggerMessage(8005, LogLevel.Error, "Records of client '{ClientId}' could not be appended to {Partition}.")]
    public static partial void AppendFailed(this ILogger logger, Exception exception, TopicPartition partition, string clientId);

    [LoggerMessage(8006, LogLevel.Error, "Partition {Partition} could not be read.")]
    public static partial void ReadFailed(this ILogger logger, Exception exception, TopicPartition partition);

    [LoggerMessage(8007, LogLevel.Warning, "Topic '{Topic}' could not be created automatically: {Error} {Message}")]
    public static partial void AutoCreationFailed(this ILogger logger, string topic, ErrorCode error, string message);

    [LoggerMessage(8008, LogLevel.Error, "Records of {Partition} could not be deleted.")]
    public static partial void DeletionFailed(this ILogger logger, Exception exception, TopicPartition partition);

    [LoggerMessage(8009, LogLevel.Error, "Log directory {Directory} could not be described.")]
    public static partial void DirectoryNotDescribed(this ILogger logger, Exception exception, string directory);

    [LoggerMessage(8010, LogLevel.Warning, "{Partition} cannot be moved to {Directory}.")]
    public static partial void MoveFailed(this ILogger logger, Exception exception, TopicPartition partition, string directory);
}
