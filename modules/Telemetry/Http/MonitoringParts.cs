using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Telemetry.Instruments;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Telemetry.Http;

/// <summary>What a <see cref="MonitoringServer"/> is made of.</summary>
public sealed record MonitoringParts
{
    /// <summary>What <c>/metrics</c> shows.</summary>
    public required MetricRegistry Registry { get; init; }

    /// <summary>Whether the process can go on, for <c>/healthz</c>.</summary>
    public required Func<HealthReport> Health { get; init; }

    /// <summary>Whether clients can use the broker, for <c>/readyz</c>.</summary>
    public required Func<HealthReport> Readiness { get; init; }

    /// <summary>Where connections come from.</summary>
    public required INetwork Network { get; init; }

    /// <summary>Where pages are written.</summary>
    public required BufferPool Buffers { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where it logs.</summary>
    public required ILogger Logger { get; init; }
}
