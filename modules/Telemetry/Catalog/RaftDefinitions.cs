namespace Kafka.Modular.Telemetry.Catalog;

/// <summary>The quorum of the metadata log, as this node sees it.</summary>
public static class RaftDefinitions
{
    /// <summary>1 with the role of this node in the label: leader, candidate, follower, observer, unattached, resigned, prospective.</summary>
    public static MetricDefinition CurrentState { get; } = MetricDefinition.OfKafkaState("kafka.server:type=raft-metrics#current-state", "1 with the role of this node in the label: leader, candidate, follower, observer, unattached, resigned, prospective.");

    /// <summary>Id of the leader, -1 while none is known.</summary>
    public static MetricDefinition CurrentLeader { get; } = MetricDefinition.OfKafka("kafka.server:type=raft-metrics#current-leader", MetricKind.Gauge, "Id of the leader, -1 while none is known.");

    /// <summary>Id of whom this node voted for in this epoch, -1 for nobody.</summary>
    public static MetricDefinition CurrentVote { get; } = MetricDefinition.OfKafka("kafka.server:type=raft-metrics#current-vote", MetricKind.Gauge, "Id of whom this node voted for in this epoch, -1 for nobody.");

    /// <summary>Epoch of the quorum.</summary>
    public static MetricDefinition CurrentEpoch { get; } = MetricDefinition.OfKafka("kafka.server:type=raft-metrics#current-epoch", MetricKind.Gauge, "Epoch of the quorum.");

    /// <summary>Everything below is committed; -1 while not known.</summary>
    public static MetricDefinition HighWatermark { get; } = MetricDefinition.OfKafka("kafka.server:type=raft-metrics#high-watermark", MetricKind.Gauge, "Everything below is committed; -1 while not known.");

    /// <summary>End of this node's copy of the metadata log.</summary>
    public static MetricDefinition LogEndOffset { get; } = MetricDefinition.OfKafka("kafka.server:type=raft-metrics#log-end-offset", MetricKind.Gauge, "End of this node's copy of the metadata log.");

    /// <summary>Epoch of its last record.</summary>
    public static MetricDefinition LogEndEpoch { get; } = MetricDefinition.OfKafka("kafka.server:type=raft-metrics#log-end-epoch", MetricKind.Gauge, "Epoch of its last record.");

    /// <summary>Voters of the quorum.</summary>
    public static MetricDefinition NumberOfVoters { get; } = MetricDefinition.OfKafka("kafka.server:type=raft-metrics#number-of-voters", MetricKind.Gauge, "Voters of the quorum.");

    /// <summary>Records a second that this node appended as leader.</summary>
    public static MetricDefinition AppendRecordsRate { get; } = MetricDefinition.OfKafka("kafka.server:type=raft-metrics#append-records-rate", MetricKind.Gauge, "Records a second that this node appended as leader.");

    /// <summary>Records a second that this node fetched from the leader.</summary>
    public static MetricDefinition FetchRecordsRate { get; } = MetricDefinition.OfKafka("kafka.server:type=raft-metrics#fetch-records-rate", MetricKind.Gauge, "Records a second that this node fetched from the leader.");

    /// <summary>Mean milliseconds from appending metadata records to their commit, recently.</summary>
    public static MetricDefinition CommitLatencyAvg { get; } = MetricDefinition.OfKafka("kafka.server:type=raft-metrics#commit-latency-avg", MetricKind.Gauge, "Mean milliseconds from appending metadata records to their commit, recently.");

    /// <summary>Most milliseconds from appending metadata records to their commit, recently.</summary>
    public static MetricDefinition CommitLatencyMax { get; } = MetricDefinition.OfKafka("kafka.server:type=raft-metrics#commit-latency-max", MetricKind.Gauge, "Most milliseconds from appending metadata records to their commit, recently.");

    /// <summary>Bytes received from other nodes of the quorum.</summary>
    public static MetricDefinition IncomingBytes { get; } = MetricDefinition.OfKafka("kafka.server:type=raft-channel-metrics#incoming-byte-total", MetricKind.Counter, "Bytes received from other nodes of the quorum.");

    /// <summary>Bytes sent to other nodes of the quorum.</summary>
    public static MetricDefinition OutgoingBytes { get; } = MetricDefinition.OfKafka("kafka.server:type=raft-channel-metrics#outgoing-byte-total", MetricKind.Counter, "Bytes sent to other nodes of the quorum.");

    /// <summary>Requests sent to other nodes of the quorum.</summary>
    public static MetricDefinition ChannelRequests { get; } = MetricDefinition.OfKafka("kafka.server:type=raft-channel-metrics#request-total", MetricKind.Counter, "Requests sent to other nodes of the quorum.");

    /// <summary>Responses received from other nodes of the quorum.</summary>
    public static MetricDefinition ChannelResponses { get; } = MetricDefinition.OfKafka("kafka.server:type=raft-channel-metrics#response-total", MetricKind.Counter, "Responses received from other nodes of the quorum.");

    /// <summary>Offset of the last metadata record in effect on the broker.</summary>
    public static MetricDefinition LastAppliedOffset { get; } = MetricDefinition.OfKafka("kafka.server:type=broker-metadata-metrics#last-applied-record-offset", MetricKind.Gauge, "Offset of the last metadata record in effect on the broker.");

    /// <summary>Milliseconds that the last applied metadata record is old.</summary>
    public static MetricDefinition LastAppliedLag { get; } = MetricDefinition.OfKafka("kafka.server:type=broker-metadata-metrics#last-applied-record-lag-ms", MetricKind.Gauge, "Milliseconds that the last applied metadata record is old.");

    /// <summary>Time of the last metadata record in effect on the broker, in milliseconds since 1970.</summary>
    public static MetricDefinition LastAppliedTimestamp { get; } = MetricDefinition.OfKafka("kafka.server:type=broker-metadata-metrics#last-applied-record-timestamp", MetricKind.Gauge, "Time of the last metadata record in effect on the broker, in milliseconds since 1970.");

    /// <summary>Metadata records that this node could not apply.</summary>
    public static MetricDefinition MetadataApplyErrors { get; } = MetricDefinition.OfKafka("kafka.server:type=broker-metadata-metrics#metadata-apply-error-count", MetricKind.Gauge, "Metadata records that this node could not apply.");

    internal static IEnumerable<MetricDefinition> All =>
        [CurrentState, CurrentLeader, CurrentVote, CurrentEpoch, HighWatermark, LogEndOffset, LogEndEpoch, NumberOfVoters, AppendRecordsRate,
            FetchRecordsRate, CommitLatencyAvg, CommitLatencyMax, IncomingBytes, OutgoingBytes, ChannelRequests, ChannelResponses, LastAppliedOffset,
            LastAppliedLag, LastAppliedTimestamp, MetadataApplyErrors];
}
