namespace Kafka.Modular.Telemetry.Catalog;

/// <summary>What the numbers of a metric mean.</summary>
public enum MetricKind
{
    /// <summary>A value that goes up and down; in JMX an attribute <c>Value</c>.</summary>
    Gauge,

    /// <summary>A number that only grows while the process lives; in JMX an attribute <c>Count</c>, or one that ends in <c>-total</c>.</summary>
    Counter,

    /// <summary>Quantiles, count and sum of many observations; in JMX a histogram with <c>Count</c> and <c>99thPercentile</c>.</summary>
    Summary,
}
