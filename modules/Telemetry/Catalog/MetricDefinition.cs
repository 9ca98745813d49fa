namespace Kafka.Modular.Telemetry.Catalog;

/// <summary>One metric of the catalog: its name, the labels of its series and what it tells.</summary>
public sealed record MetricDefinition
{
    private MetricDefinition(JmxName? jmx, string name, MetricKind kind, IReadOnlyList<string> labels, string help)
    {
        Jmx = jmx;
        Name = name;
        Kind = kind;
        Labels = labels;
        Help = help;
    }

    /// <summary>Where Apache Kafka has it, or null for one that Kafka does not have.</summary>
    public JmxName? Jmx { get; }

    /// <summary>Name of the family on the page.</summary>
    public string Name { get; }

    /// <summary>What the numbers mean.</summary>
    public MetricKind Kind { get; }

    /// <summary>Names of the labels, in order. A series whose value for one is empty does not have it, as the sum over all topics.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>One line on what it tells, with its unit.</summary>
    public string Help { get; }

    /// <summary>A metric that Kafka has; its name and labels follow from its ObjectName.</summary>
    /// <param name="objectName">As <see cref="JmxName.Parse"/> reads it.</param>
    /// <param name="kind">What the numbers mean.</param>
    /// <param name="help">One line.</param>
    internal static MetricDefinition OfKafka(string objectName, MetricKind kind, string help)
    {
        var jmx = JmxName.Parse(objectName);
        return new MetricDefinition(jmx, PrometheusName.Of(jmx, kind), kind, jmx.Keys, help);
    }

    /// <summary>A metric of Kafka whose state stands in a label of the attribute's own name, and whose value is 1.</summary>
    internal static MetricDefinition OfKafkaState(string objectName, string help)
    {
        var jmx = JmxName.Parse(objectName);
        return new MetricDefinition(jmx, PrometheusName.Of(jmx, MetricKind.Gauge), MetricKind.Gauge, [jmx.Attribute!.Replace('-', '_')], help);
    }

    /// <summary>A metric that Kafka does not have.</summary>
    internal static MetricDefinition Of(string name, MetricKind kind, string help, params string[] labels) => new(null, name, kind, labels, help);
}
