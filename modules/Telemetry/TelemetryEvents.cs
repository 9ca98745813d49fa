using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Telemetry;

/// <summary>What the page with metrics and health logs.</summary>
internal static partial class TelemetryEvents
{
    [LoggerMessage(9500, LogLevel.Information, "Metrics and health at http://{Addresses}")]
    public static partial void Serving(this ILogger logger, string addresses);

    [LoggerMessage(9501, LogLevel.Warning, "Accepting connections for metrics failed: {Reason}")]
    public static partial void AcceptFailed(this ILogger logger, string reason);

    [LoggerMessage(9502, LogLevel.Error, "A request for {Path} failed.")]
    public static partial void RequestFailed(this ILogger logger, Exception exception, string path);
}
