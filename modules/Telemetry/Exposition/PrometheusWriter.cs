using System.Buffers;
using System.Globalization;
using System.Text;
using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Instruments;

namespace Kafka.Modular.Telemetry.Exposition;

/// <summary>Writes series as lines of text. A metric without series leaves no line. One thread.</summary>
internal sealed class PrometheusWriter(IBufferWriter<byte> output) : MetricSink
{
    private static readonly (double Part, string Label)[] s_quantiles =
        [(0.5, "0.50"), (0.75, "0.75"), (0.95, "0.95"), (0.98, "0.98"), (0.99, "0.99"), (0.999, "0.999")];

    private const int LongestNumber = 32;
    private const double LargestExactInteger = 1L << 53;

    private MetricDefinition _definition = null!;
    private bool _hasHead;

    public void Begin(MetricDefinition definition) => (_definition, _hasHead) = (definition, false);

    public override void Add(double value, params ReadOnlySpan<string> labels)
    {
        Head();
        Line("", value, labels, null);
    }

    public override void AddSummary(in HistogramSnapshot snapshot, double scale, params ReadOnlySpan<string> labels)
    {
        Head();
        foreach (var (part, label) in s_quantiles)
            Line("", snapshot.Quantile(part) * scale, labels, label);
        Line("_sum", snapshot.Sum * scale, labels, null);
        Line("_count", snapshot.Count, labels, null);
    }

    private void Head()
    {
        if (_hasHead)
            return;
        _hasHead = true;
        Text("# HELP ");
        Text(_definition.Name);
        Text(" ");
        Escaped(_definition.Help, escapesQuotes: false);
        Text("\n# TYPE ");
        Text(_definition.Name);
        Text(_definition.Kind switch { MetricKind.Counter => " counter\n", MetricKind.Summary => " summary\n", _ => " gauge\n" });
    }

    private void Line(string suffix, double value, ReadOnlySpan<string> labels, string? quantile)
    {
        Text(_definition.Name);
        Text(suffix);
        var separator = "{";
        for (var index = 0; index < labels.Length; index++)
        {
            if (labels[index].Length > 0)
                Label(ref separator, _definition.Labels[index], labels[index]);
        }

        if (quantile is not null)
            Label(ref separator, "quantile", quantile);
        Text(separator == "{" ? " " : "} ");
        Number(value);
        Text("\n");
    }

    private void Label(ref string separator, string name, string value)
    {
        Text(separator);
        separator = ",";
        Text(name);
        Text("=\"");
        Escaped(value, escapesQuotes: true);
        Text("\"");
    }

    private void Number(double value)
    {
        var room = output.GetSpan(LongestNumber);
        int written;
        if (value == Math.Floor(value) && Math.Abs(value) <= LargestExactInteger)
            ((long)value).TryFormat(room, out written, default, CultureInfo.InvariantCulture);
        else if (double.IsInfinity(value))
            written = Encoding.UTF8.GetBytes(value > 0 ? "+Inf" : "-Inf", room);
        else
            value.TryFormat(room, out written, default, CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    private void Escaped(string text, bool escapesQuotes)
    {
        if (text.AsSpan().ContainsAny('\\', '\n', '"'))
        {
            text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            text = escapesQuotes ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
        }

        Text(text);
    }

    private void Text(string text)
    {
        var room = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        output.Advance(Encoding.UTF8.GetBytes(text, room));
    }
}
