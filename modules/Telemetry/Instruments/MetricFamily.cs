using Kafka.Modular.Telemetry.Catalog;

namespace Kafka.Modular.Telemetry.Instruments;

/// <summary>A metric with the series it has now.</summary>
/// <param name="Definition">The metric.</param>
/// <param name="Collect">Gives the series. Any thread; several may read at once.</param>
public sealed record MetricFamily(MetricDefinition Definition, Action<MetricSink> Collect);
