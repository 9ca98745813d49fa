using Kafka.Modular.Protocol;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Cluster;

/// <summary>What the broker's lifecycle logs, as <c>kafka.server.BrokerLifecycleManager</c>.</summary>
internal static partial class ClusterEvents
{
    [LoggerMessage(5500, LogLevel.Information, "Broker {Broker} went from {Before} to {After}.")]
    public static partial void StateChanged(this ILogger logger, int broker, BrokerState before, BrokerState after);

    [LoggerMessage(5501, LogLevel.Information, "Broker {Broker} is registered with epoch {Epoch}.")]
    public static partial void Registered(this ILogger logger, int broker, long epoch);

    [LoggerMessage(5502, LogLevel.Warning, "The controller refused the registration of broker {Broker}: {Error}.")]
    public static partial void RegistrationRefused(this ILogger logger, int broker, ErrorCode error);

    [LoggerMessage(5503, LogLevel.Error, "Broker {Broker} gives up to register: {Error}.")]
    public static partial void RegistrationFailed(this ILogger logger, int broker, ErrorCode error);

    [LoggerMessage(5504, LogLevel.Warning, "The controller refused a heartbeat of broker {Broker}: {Error}.")]
    public static partial void HeartbeatRefused(this ILogger logger, int broker, ErrorCode error);
}
