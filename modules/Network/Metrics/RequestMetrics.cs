using Kafka.Modular.Telemetry.Instruments;

namespace Kafka.Modular.Network.Metrics;

/// <summary>What is counted of the requests of one kind. Counting allocates nothing after the first time. Any thread.</summary>
public sealed class RequestMetrics
{
    private const int LowestError = -1;
    private const int MaximumErrors = 256;
    private const int MaximumVersions = 32;
    private const double MicrosecondsPerSecond = 1_000_000;

    private readonly TimeProvider _time;
    private readonly double _microsecondsPerTick;
    private readonly RequestMetrics? _whole;
    private readonly long[] _versions = new long[MaximumVersions];
    private readonly long[] _errors = new long[MaximumErrors];

    internal RequestMetrics(string name, RequestMetrics? whole, TimeProvider time)
    {
        Name = name;
        _whole = whole;
        _time = time;
        _microsecondsPerTick = MicrosecondsPerSecond / time.TimestampFrequency;
        (Bytes, Total, RequestQueue, Local) = (Create(), Create(), Create(), Create());
        (Remote, ResponseQueue, ResponseSend, Throttle) = (Create(), Create(), Create(), Create());
    }

    /// <summary>The API's name, or that of a kind of its requests: FetchConsumer, FetchFollower.</summary>
    public string Name { get; }

    internal Histogram Bytes { get; }

    internal Histogram Total { get; }

    internal Histogram RequestQueue { get; }

    internal Histogram Local { get; }

    internal Histogram Remote { get; }

    internal Histogram ResponseQueue { get; }

    internal Histogram ResponseSend { get; }

    internal Histogram Throttle { get; }

    internal ReadOnlySpan<long> Versions => _versions;

    /// <summary>Error codes by their number plus one.</summary>
    internal ReadOnlySpan<long> Errors => _errors;

    /// <summary>A request of this kind came; toward the whole kind it has to be counted on its own.</summary>
    /// <param name="version">Its version.</param>
    /// <param name="bytes">Its size.</param>
    public void OnRequest(short version, int bytes)
    {
        Interlocked.Increment(ref _versions[Math.Clamp((int)version, 0, MaximumVersions - 1)]);
        Bytes.Observe(bytes);
    }

    /// <summary>A response holds so many error codes of this kind, NONE among them, as Kafka counts.</summary>
    /// <param name="error">The number of the code.</param>
    /// <param name="count">How often.</param>
    public void OnErrors(short error, int count = 1)
    {
        for (var metrics = this; metrics is not null; metrics = metrics._whole)
            Interlocked.Add(ref metrics._errors[Math.Clamp(error - LowestError, 0, MaximumErrors - 1)], count);
    }

    internal void OnSent(in RequestTimes times)
    {
        for (var metrics = this; metrics is not null; metrics = metrics._whole)
        {
            metrics.RequestQueue.Observe(Microseconds(times.Received, times.Started));
            metrics.Local.Observe(Microseconds(times.Started, times.Returned));
            metrics.Remote.Observe(Microseconds(times.Returned, times.Completed));
            metrics.ResponseQueue.Observe(Microseconds(times.Completed, times.Taken));
            metrics.ResponseSend.Observe(Microseconds(times.Taken, times.Sent));
            metrics.Total.Observe(Microseconds(times.Received, times.Sent));
            metrics.Throttle.Observe(0);
        }
    }

    private long Microseconds(long from, long to) => (long)((to - from) * _microsecondsPerTick);

    private Histogram Create() => new(_time);
}
