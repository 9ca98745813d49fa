using System.Text;

namespace Kafka.Modular.Telemetry.Catalog;

/// <summary>
/// The name that dashboards know a JMX metric by: what Strimzi's rules for the JMX exporter make of it. Lower case; <c>…PerSec</c> counts end in
/// <c>_total</c>, <c>…Percent</c> gauges in <c>_percent</c>; attributes keep their name behind the type, with underscores for dashes.
/// </summary>
public static class PrometheusName
{
    private const string PerSecond = "PerSec";
    private const string Percent = "Percent";

    // Strimzi's rules name these three types without their dashes.
    private static readonly string[] s_joined = ["raft-metrics", "raft-channel-metrics", "broker-metadata-metrics"];

    /// <summary>The name of a metric's series.</summary>
    public static string Of(JmxName name, MetricKind kind)
    {
        ArgumentNullException.ThrowIfNull(name);
        var type = s_joined.Contains(name.Type, StringComparer.Ordinal) ? name.Type.Replace("-", "", StringComparison.Ordinal) : name.Type;
        var (last, suffix) = Split(name, kind);
        var text = new StringBuilder();
        Append(text, name.Domain);
        Append(text.Append('_'), type);
        if (last.Length > 0)
            Append(text.Append('_'), last);
        return text.Append(suffix).ToString();
    }

    private static (string Name, string Suffix) Split(JmxName name, MetricKind kind)
    {
        if (name.Name is null)
            return (name.Attribute ?? "", "");
        var ofAttribute = name.Attribute is null ? "" : "_" + name.Attribute;
        if (kind == MetricKind.Counter && name.Name.IndexOf(PerSecond, StringComparison.Ordinal) is > 0 and var perSecond)
            return (name.Name[..perSecond], "_total");
        if (kind == MetricKind.Gauge && name.Name.IndexOf(Percent, StringComparison.Ordinal) is > 0 and var percent)
            return (name.Name[..percent], "_percent");
        return (name.Name + ofAttribute, "");
    }

    private static void Append(StringBuilder text, string part)
    {
        foreach (var character in part)
            text.Append(char.IsAsciiLetterOrDigit(character) ? char.ToLowerInvariant(character) : '_');
    }
}
