using System.Buffers;
using Kafka.Modular.Telemetry.Instruments;

namespace Kafka.Modular.Telemetry.Exposition;

/// <summary>Writes the metrics of a registry in Prometheus' text format, version 0.0.4.</summary>
public static class PrometheusPage
{
    /// <summary>The format's media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes all metrics that have series, by name.</summary>
    public static void Write(MetricRegistry registry, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var sink = new PrometheusWriter(output);
        foreach (var family in registry.Families)
        {
            sink.Begin(family.Definition);
            family.Collect(sink);
        }
    }
}
