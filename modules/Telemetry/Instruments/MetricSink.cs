namespace Kafka.Modular.Telemetry.Instruments;

/// <summary>Takes the series of one metric while it is read. Label values stand in the order of the definition's labels; an empty one leaves the label out.</summary>
public abstract class MetricSink
{
    /// <summary>A series of a gauge or counter.</summary>
    public abstract void Add(double value, params ReadOnlySpan<string> labels);

    /// <summary>A series of a summary.</summary>
    /// <param name="snapshot">What was observed.</param>
    /// <param name="scale">What one unit of the observations is in the metric's unit, 0.001 for microseconds told in milliseconds.</param>
    /// <param name="labels">Values of the labels.</param>
    public abstract void AddSummary(in HistogramSnapshot snapshot, double scale, params ReadOnlySpan<string> labels);
}
