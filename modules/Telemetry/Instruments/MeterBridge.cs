using System.Diagnostics.Metrics;
using Kafka.Modular.Telemetry.Catalog;

namespace Kafka.Modular.Telemetry.Instruments;

/// <summary>
/// Gives the metrics of a registry to .NET's own listeners (<c>System.Diagnostics.Metrics</c>: OpenTelemetry, dotnet-counters), as observable instruments of the
/// meter <see cref="MeterName"/>. They cost nothing while nobody listens.
/// </summary>
public sealed class MeterBridge : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Kafka.Modular";

    private static readonly double[] s_quantiles = [0.5, 0.99, 0.999];

    private readonly Meter _meter;

    /// <summary>Publishes the metrics that the registry has now.</summary>
    /// <param name="registry">The metrics.</param>
    /// <param name="version">The server's version.</param>
    public MeterBridge(MetricRegistry registry, string version)
    {
        ArgumentNullException.ThrowIfNull(registry);
        _meter = new Meter(MeterName, version);
        foreach (var family in registry.Families)
        {
            var definition = family.Definition;
            if (definition.Kind == MetricKind.Counter)
                _meter.CreateObservableCounter(definition.Name, () => Measure(family), description: definition.Help);
            else
                _meter.CreateObservableGauge(definition.Name, () => Measure(family), description: definition.Help);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static List<Measurement<double>> Measure(MetricFamily family)
    {
        var sink = new Measurements(family.Definition);
        family.Collect(sink);
        return sink.Taken;
    }

    private sealed class Measurements(MetricDefinition definition) : MetricSink
    {
        public List<Measurement<double>> Taken { get; } = [];

        public override void Add(double value, params ReadOnlySpan<string> labels) => Taken.Add(new Measurement<double>(value, Tags(labels)));

        public override void AddSummary(in HistogramSnapshot snapshot, double scale, params ReadOnlySpan<string> labels)
        {
            foreach (var quantile in s_quantiles)
                Taken.Add(new Measurement<double>(snapshot.Quantile(quantile) * scale, [.. Tags(labels), new("quantile", quantile)]));
        }

        private KeyValuePair<string, object?>[] Tags(ReadOnlySpan<string> labels)
        {
            var tags = new List<KeyValuePair<string, object?>>(labels.Length);
            for (var index = 0; index < labels.Length; index++)
            {
                if (labels[index].Length > 0)
                    tags.Add(new(definition.Labels[index], labels[index]));
            }

            return [.. tags];
        }
    }
}
