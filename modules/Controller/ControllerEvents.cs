using Kafka.Modular.Protocol;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Controller;

/// <summary>What the controller logs, as <c>org.apache.kafka.controller.QuorumController</c>.</summary>
internal static partial class ControllerEvents
{
    [LoggerMessage(5000, LogLevel.Information, "This node is the active controller in epoch {Epoch}.")]
    public static partial void BecameActive(this ILogger logger, int epoch);

    [LoggerMessage(5001, LogLevel.Information, "This node is the active controller no longer; it was in epoch {Epoch}.")]
    public static partial void Resigned(this ILogger logger, int epoch);

    [LoggerMessage(5002, LogLevel.Information, "The metadata log is empty: writing {Records} bootstrap records.")]
    public static partial void Bootstrapping(this ILogger logger, int records);

    [LoggerMessage(5003, LogLevel.Error, "{Operation} failed in the controller.")]
    public static partial void OperationFailed(this ILogger logger, Exception exception, string operation);

    [LoggerMessage(5004, LogLevel.Warning, "{Operation} could not be written to the metadata log: {Error}.")]
    public static partial void AppendFailed(this ILogger logger, string operation, ErrorCode error);

    [LoggerMessage(5005, LogLevel.Warning, "Broker {Broker} was not heard of for {TimeoutMs} ms and is fenced.")]
    public static partial void FencedBroker(this ILogger logger, int broker, int timeoutMs);

    [LoggerMessage(5006, LogLevel.Information, "Created topics {Topics}.")]
    public static partial void CreatedTopics(this ILogger logger, string topics);

    [LoggerMessage(5007, LogLevel.Information, "Deleted topics {Topics}.")]
    public static partial void DeletedTopics(this ILogger logger, string topics);
}
