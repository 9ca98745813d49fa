using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Client;

/// <summary>The log lines of this module, event ids 1000 to 1999.</summary>
internal static partial class ClientEvents
{
    /// <summary>Kafka's logger name for a client's connections.</summary>
    public const string NetworkCategory = "org.apache.kafka.clients.NetworkClient";

    /// <summary>Kafka's logger name for a client's metadata.</summary>
    public const string MetadataCategory = "org.apache.kafka.clients.Metadata";

    /// <summary>Kafka's logger name for a producer.</summary>
    public const string ProducerCategory = "org.apache.kafka.clients.producer.internals.Sender";

    /// <summary>Kafka's logger name for a consumer.</summary>
    public const string ConsumerCategory = "org.apache.kafka.clients.consumer.internals.ConsumerCoordinator";

    [LoggerMessage(1000, LogLevel.Warning, "{Address} does not speak Kafka's protocol: {Reason}")]
    public static partial void Garbage(this ILogger logger, string address, string reason);

    [LoggerMessage(1001, LogLevel.Information, "Connection to {Address} was given up: {Reason}")]
    public static partial void ConnectionGivenUp(this ILogger logger, string address, string reason);

    [LoggerMessage(1002, LogLevel.Warning, "[{Client}] Connection to node {Node} ({Address}) could not be established. Node may not be available.")]
    public static partial void NotConnected(this ILogger logger, Exception fault, string client, int node, string address);

    [LoggerMessage(1003, LogLevel.Debug, "[{Client}] Connected to node {Node} ({Address}).")]
    public static partial void Connected(this ILogger logger, string client, int node, string address);

    [LoggerMessage(1004, LogLevel.Debug, "Logged in to {Address} again.")]
    public static partial void LoggedInAgain(this ILogger logger, string address);

    [LoggerMessage(1005, LogLevel.Error, "Login to {Address} before the end of the session failed: {Reason}")]
    public static partial void NotLoggedInAgain(this ILogger logger, string address, string reason);

    [LoggerMessage(1006, LogLevel.Error, "[{Client}] Connection to node {Node} ({Address}) failed authentication due to: {Reason}")]
    public static partial void NotAuthenticated(this ILogger logger, string client, int node, string address, string reason);

    [LoggerMessage(1010, LogLevel.Debug, "[{Client}] Metadata: cluster {ClusterId}, {Nodes} nodes, {Topics} topics.")]
    public static partial void MetadataLoaded(this ILogger logger, string client, string? clusterId, int nodes, int topics);

    [LoggerMessage(1011, LogLevel.Debug, "[{Client}] {Call} is tried again: {Reason}")]
    public static partial void TriedAgain(this ILogger logger, string client, string call, string reason);

    [LoggerMessage(1020, LogLevel.Warning, "[{Client}] Got error produce response on topic-partition {Topic}-{Partition}, retrying (attempt {Attempt}). Error: {Error}")]
    public static partial void ProducedAgain(this ILogger logger, string client, string topic, int partition, string error, int attempt);

    [LoggerMessage(1021, LogLevel.Warning, "[{Client}] No producer id yet: {Reason}")]
    public static partial void NoProducerId(this ILogger logger, string client, string reason);

    [LoggerMessage(1030, LogLevel.Information, "[{Client}] Joined group {Group} as {Member} in generation {Generation}; assigned: {Partitions}")]
    public static partial void Joined(this ILogger logger, string client, string group, string member, int generation, string partitions);

    [LoggerMessage(1031, LogLevel.Information, "[{Client}] Group {Group} is joined again: {Reason}")]
    public static partial void JoinsAgain(this ILogger logger, string client, string group, string reason);

    [LoggerMessage(1032, LogLevel.Warning, "[{Client}] Offsets of group {Group} were not committed: {Reason}")]
    public static partial void NotCommitted(this ILogger logger, string client, string group, string reason);

    [LoggerMessage(1033, LogLevel.Information, "[{Client}] Fetch position {Offset} of {Partition} is out of range, it is reset.")]
    public static partial void OutOfRange(this ILogger logger, string client, string partition, long offset);
}
