namespace Kafka.Modular.Telemetry.Catalog;

/// <summary>Traffic of topics, each with and without the label <c>topic</c>: a topic's own and the sum over all that the process has served.</summary>
public static class BrokerTopicDefinitions
{
    /// <summary>Records appended.</summary>
    public static MetricDefinition MessagesIn { get; } = MetricDefinition.OfKafka("kafka.server:type=BrokerTopicMetrics,name=MessagesInPerSec,topic=*", MetricKind.Counter, "Records appended.");

    /// <summary>Bytes of batches appended by clients and coordinators.</summary>
    public static MetricDefinition BytesIn { get; } = MetricDefinition.OfKafka("kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec,topic=*", MetricKind.Counter, "Bytes of batches appended by clients and coordinators.");

    /// <summary>Bytes of batches sent to consumers.</summary>
    public static MetricDefinition BytesOut { get; } = MetricDefinition.OfKafka("kafka.server:type=BrokerTopicMetrics,name=BytesOutPerSec,topic=*", MetricKind.Counter, "Bytes of batches sent to consumers.");

    /// <summary>Bytes of batches refused because they are larger than max.message.bytes.</summary>
    public static MetricDefinition BytesRejected { get; } = MetricDefinition.OfKafka("kafka.server:type=BrokerTopicMetrics,name=BytesRejectedPerSec,topic=*", MetricKind.Counter, "Bytes of batches refused because they are larger than max.message.bytes.");

    /// <summary>Partitions that produce requests wrote to, or tried to.</summary>
    public static MetricDefinition TotalProduceRequests { get; } = MetricDefinition.OfKafka("kafka.server:type=BrokerTopicMetrics,name=TotalProduceRequestsPerSec,topic=*", MetricKind.Counter, "Partitions that produce requests wrote to, or tried to.");

    /// <summary>Partitions for which a produce request failed on this broker's account.</summary>
    public static MetricDefinition FailedProduceRequests { get; } = MetricDefinition.OfKafka("kafka.server:type=BrokerTopicMetrics,name=FailedProduceRequestsPerSec,topic=*", MetricKind.Counter, "Partitions for which a produce request failed on this broker's account.");

    /// <summary>Partitions that fetch requests read, or tried to.</summary>
    public static MetricDefinition TotalFetchRequests { get; } = MetricDefinition.OfKafka("kafka.server:type=BrokerTopicMetrics,name=TotalFetchRequestsPerSec,topic=*", MetricKind.Counter, "Partitions that fetch requests read, or tried to.");

    /// <summary>Partitions for which a fetch request failed on this broker's account.</summary>
    public static MetricDefinition FailedFetchRequests { get; } = MetricDefinition.OfKafka("kafka.server:type=BrokerTopicMetrics,name=FailedFetchRequestsPerSec,topic=*", MetricKind.Counter, "Partitions for which a fetch request failed on this broker's account.");

    /// <summary>Bytes of batches fetched from other brokers.</summary>
    public static MetricDefinition ReplicationBytesIn { get; } = MetricDefinition.OfKafka("kafka.server:type=BrokerTopicMetrics,name=ReplicationBytesInPerSec", MetricKind.Counter, "Bytes of batches fetched from other brokers.");

    /// <summary>Bytes of batches sent to other brokers.</summary>
    public static MetricDefinition ReplicationBytesOut { get; } = MetricDefinition.OfKafka("kafka.server:type=BrokerTopicMetrics,name=ReplicationBytesOutPerSec", MetricKind.Counter, "Bytes of batches sent to other brokers.");

    /// <summary>Batches refused for their checksum, or because they are malformed.</summary>
    public static MetricDefinition InvalidMessageCrcRecords { get; } = MetricDefinition.OfKafka("kafka.server:type=BrokerTopicMetrics,name=InvalidMessageCrcRecordsPerSec", MetricKind.Counter, "Batches refused for their checksum, or because they are malformed.");

    /// <summary>Batches refused for the sequence numbers of their producer.</summary>
    public static MetricDefinition InvalidOffsetOrSequenceRecords { get; } = MetricDefinition.OfKafka("kafka.server:type=BrokerTopicMetrics,name=InvalidOffsetOrSequenceRecordsPerSec", MetricKind.Counter, "Batches refused for the sequence numbers of their producer.");

    internal static IEnumerable<MetricDefinition> All =>
        [MessagesIn, BytesIn, BytesOut, BytesRejected, TotalProduceRequests, FailedProduceRequests, TotalFetchRequests, FailedFetchRequests,
            ReplicationBytesIn, ReplicationBytesOut, InvalidMessageCrcRecords, InvalidOffsetOrSequenceRecords];
}
