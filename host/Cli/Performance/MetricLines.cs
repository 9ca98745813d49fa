using System.Globalization;

namespace Kafka.Modular.Cli.Performance;

/// <summary>The table of <c>--print-metrics</c>.</summary>
internal static class MetricLines
{
    /// <summary>Prints metrics, sorted by name.</summary>
    public static void Write(TextWriter output, IReadOnlyCollection<(string Name, double Value)> metrics)
    {
        var width = metrics.Max(static metric => metric.Name.Length);
        output.WriteLine();
        output.WriteLine($"{"Metric Name".PadRight(width)}   Value");
        foreach (var (name, value) in metrics.OrderBy(static metric => metric.Name, StringComparer.Ordinal))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name.PadRight(width)} : {value:F3}"));
    }
}
