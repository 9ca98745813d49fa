using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Instruments;

namespace Kafka.Modular.Network.Tests.Support;

/// <summary>The series of a metric as they are now.</summary>
internal sealed class Series : MetricSink
{
    private readonly List<(string Labels, double Value)> _values = [];

    public static IReadOnlyList<(string Labels, double Value)> Of(MetricRegistry registry, MetricDefinition definition)
    {
        var series = new Series();
        registry.Families.Single(family => family.Definition == definition).Collect(series);
        return series._values;
    }

    public override void Add(double value, params ReadOnlySpan<string> labels) => _values.Add((string.Join(' ', labels), value));

    public override void AddSummary(in HistogramSnapshot snapshot, double scale, params ReadOnlySpan<string> labels) => throw new NotSupportedException();
}
