using System.Collections.Concurrent;
using System.Globalization;
using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Instruments;

namespace Kafka.Modular.Network.Metrics;

/// <summary>The metrics of requests by their kind (<c>kafka.network:type=RequestMetrics</c>). Any thread.</summary>
public sealed class RequestMetricsTable
{
    private const double MillisecondsPerMicrosecond = 0.001;

    private readonly ConcurrentDictionary<string, RequestMetrics> _metrics = new(StringComparer.Ordinal);
    private readonly MetricRegistry _registry;
    private readonly Func<short, string> _errorName;

    /// <summary>Creates an empty table and registers its metrics.</summary>
    /// <param name="registry">Where they are read.</param>
    /// <param name="errorName">The name of an error code, as NONE.</param>
    public RequestMetricsTable(MetricRegistry registry, Func<short, string> errorName)
    {
        ArgumentNullException.ThrowIfNull(registry);
        _registry = registry;
        _errorName = errorName;
        registry.Source(RequestDefinitions.Requests, CollectRequests);
        registry.Source(RequestDefinitions.Errors, CollectErrors);
        Summary(RequestDefinitions.RequestBytes, static metrics => metrics.Bytes, 1);
        Summary(RequestDefinitions.TotalTime, static metrics => metrics.Total, MillisecondsPerMicrosecond);
        Summary(RequestDefinitions.RequestQueueTime, static metrics => metrics.RequestQueue, MillisecondsPerMicrosecond);
        Summary(RequestDefinitions.LocalTime, static metrics => metrics.Local, MillisecondsPerMicrosecond);
        Summary(RequestDefinitions.RemoteTime, static metrics => metrics.Remote, MillisecondsPerMicrosecond);
        Summary(RequestDefinitions.ResponseQueueTime, static metrics => metrics.ResponseQueue, MillisecondsPerMicrosecond);
        Summary(RequestDefinitions.ResponseSendTime, static metrics => metrics.ResponseSend, MillisecondsPerMicrosecond);
        Summary(RequestDefinitions.ThrottleTime, static metrics => metrics.Throttle, MillisecondsPerMicrosecond);
    }

    /// <summary>The metrics of a kind of requests, made on first use.</summary>
    /// <param name="name">The API's name, or that of a kind of its requests.</param>
    /// <param name="whole">The kind that these requests count toward, too.</param>
    public RequestMetrics Get(string name, RequestMetrics? whole = null) =>
        _metrics.TryGetValue(name, out var found) ? found : _metrics.GetOrAdd(name, new RequestMetrics(name, whole, _registry.Time));

    private void Summary(MetricDefinition definition, Func<RequestMetrics, Histogram> select, double scale) => _registry.Source(definition, sink =>
    {
        foreach (var metrics in _metrics.Values)
        {
            if (select(metrics) is { IsEmpty: false } histogram)
                sink.AddSummary(histogram.Read(), scale, metrics.Name);
        }
    });

    private void CollectRequests(MetricSink sink)
    {
        foreach (var metrics in _metrics.Values)
        {
            for (var version = 0; version < metrics.Versions.Length; version++)
            {
                if (metrics.Versions[version] is > 0 and var count)
                    sink.Add(count, metrics.Name, version.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    private void CollectErrors(MetricSink sink)
    {
        foreach (var metrics in _metrics.Values)
        {
            for (var index = 0; index < metrics.Errors.Length; index++)
            {
                if (metrics.Errors[index] is > 0 and var count)
                    sink.Add(count, metrics.Name, _errorName((short)(index - 1)));
            }
        }
    }
}
