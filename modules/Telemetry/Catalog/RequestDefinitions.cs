namespace Kafka.Modular.Telemetry.Catalog;

/// <summary>Requests, by API: how many, how long each part of the answer took, in milliseconds, and what went wrong.</summary>
public static class RequestDefinitions
{
    /// <summary>Requests received.</summary>
    public static MetricDefinition Requests { get; } = MetricDefinition.OfKafka("kafka.network:type=RequestMetrics,name=RequestsPerSec,request=*,version=*", MetricKind.Counter, "Requests received.");

    /// <summary>Error codes in responses, NONE among them; one for each partition or other item that has a code.</summary>
    public static MetricDefinition Errors { get; } = MetricDefinition.OfKafka("kafka.network:type=RequestMetrics,name=ErrorsPerSec,request=*,error=*", MetricKind.Counter, "Error codes in responses, NONE among them; one for each partition or other item that has a code.");

    /// <summary>Size of requests in bytes.</summary>
    public static MetricDefinition RequestBytes { get; } = MetricDefinition.OfKafka("kafka.network:type=RequestMetrics,name=RequestBytes,request=*", MetricKind.Summary, "Size of requests in bytes.");

    /// <summary>Milliseconds from the last byte of the request to the last byte of its response handed to the system.</summary>
    public static MetricDefinition TotalTime { get; } = MetricDefinition.OfKafka("kafka.network:type=RequestMetrics,name=TotalTimeMs,request=*", MetricKind.Summary, "Milliseconds from the last byte of the request to the last byte of its response handed to the system.");

    /// <summary>Milliseconds before a request is looked at.</summary>
    public static MetricDefinition RequestQueueTime { get; } = MetricDefinition.OfKafka("kafka.network:type=RequestMetrics,name=RequestQueueTimeMs,request=*", MetricKind.Summary, "Milliseconds before a request is looked at.");

    /// <summary>Milliseconds that this broker worked at a request before it was answered or parked.</summary>
    public static MetricDefinition LocalTime { get; } = MetricDefinition.OfKafka("kafka.network:type=RequestMetrics,name=LocalTimeMs,request=*", MetricKind.Summary, "Milliseconds that this broker worked at a request before it was answered or parked.");

    /// <summary>Milliseconds that a request was parked: for data, for replicas, for a coordinator.</summary>
    public static MetricDefinition RemoteTime { get; } = MetricDefinition.OfKafka("kafka.network:type=RequestMetrics,name=RemoteTimeMs,request=*", MetricKind.Summary, "Milliseconds that a request was parked: for data, for replicas, for a coordinator.");

    /// <summary>Milliseconds that a response waited for those before it.</summary>
    public static MetricDefinition ResponseQueueTime { get; } = MetricDefinition.OfKafka("kafka.network:type=RequestMetrics,name=ResponseQueueTimeMs,request=*", MetricKind.Summary, "Milliseconds that a response waited for those before it.");

    /// <summary>Milliseconds that handing a response to the system took.</summary>
    public static MetricDefinition ResponseSendTime { get; } = MetricDefinition.OfKafka("kafka.network:type=RequestMetrics,name=ResponseSendTimeMs,request=*", MetricKind.Summary, "Milliseconds that handing a response to the system took.");

    /// <summary>Milliseconds that a client was told to wait by quotas.</summary>
    public static MetricDefinition ThrottleTime { get; } = MetricDefinition.OfKafka("kafka.network:type=RequestMetrics,name=ThrottleTimeMs,request=*", MetricKind.Summary, "Milliseconds that a client was told to wait by quotas.");

    internal static IEnumerable<MetricDefinition> All =>
        [Requests, Errors, RequestBytes, TotalTime, RequestQueueTime, LocalTime, RemoteTime, ResponseQueueTime, ResponseSendTime, ThrottleTime];
}
