using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Protocol;
using Kafka.Modular.Security.Authorization;
using Kafka.Modular.Telemetry.Instruments;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Handlers.Dispatch;

/// <summary>What every handler needs.</summary>
/// <param name="Buffers">Replies are written into these.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">Where handlers log, as <c>kafka.server.KafkaApis</c>.</param>
public sealed record HandlerServices(BufferPool Buffers, TimeProvider Time, ILogger Logger)
{
    /// <summary>Who may do what.</summary>
    public AccessControl Access { get; init; } = AccessControl.Open;

    /// <summary>What is counted of requests.</summary>
    public HandlerMetrics Metrics { get; init; } = new(new MetricRegistry());

    /// <summary>The same for the handler of one API.</summary>
    /// <param name="api">The API.</param>
    public HandlerServices For(ApiKey api) => Access.IsEnabled ? this with { Access = Access.For(api) } : this;
}
