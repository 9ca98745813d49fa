namespace Kafka.Modular.Telemetry.Tests;

/// <summary>
/// The names that Strimzi's dashboards and alerts and the Kafka exporter's dashboards ask a broker for; what they ask of the host (disks of the pod) or of a
/// JVM is behind a switch or the node exporter's.
/// </summary>
internal static class ReferenceNames
{
    public static IReadOnlyList<string> OfBroker { get; } =
    [
        .. Of("kafka_cluster_partition_", "atminisr", "underminisr"),
        "kafka_controller_controllerstats_uncleanleaderelections_total",
        .. Of("kafka_controller_kafkacontroller_", "activecontrollercount", "offlinepartitionscount"),
        "kafka_log_log_size",
        "kafka_network_socketserver_networkprocessoravgidle_percent",
        .. Of(
            "kafka_server_brokertopicmetrics_", "bytesin_total", "bytesout_total", "messagesin_total", "failedfetchrequests_total", "failedproducerequests_total",
            "totalfetchrequests_total", "totalproducerequests_total"),
        "kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent",
        .. Of("kafka_server_kafkaserver_linux_disk_", "read_bytes", "write_bytes"),
        .. Of("kafka_server_replicamanager_", "leadercount", "partitioncount", "underreplicatedpartitions", "underminisrpartitioncount"),
        "kafka_server_socket_server_metrics_connection_count",
        "process_open_fds",
        .. Of(
            "kafka_server_raftmetrics_", "append_records_rate", "commit_latency_avg", "current_epoch", "current_leader", "current_state", "current_vote",
            "fetch_records_rate", "high_watermark", "log_end_offset"),
        .. Of("kafka_server_raftchannelmetrics_", "incoming_byte_total", "outgoing_byte_total", "request_total", "response_total"),
        "kafka_log_logmanager_offlinelogdirectorycount",
        .. Of("kafka_", "brokers", "broker_info", "topic_partitions"),
        .. Of(
            "kafka_topic_partition_", "current_offset", "oldest_offset", "in_sync_replica", "leader", "leader_is_preferred", "replicas",
            "under_replicated_partition"),
        .. Of("kafka_consumergroup_", "current_offset", "current_offset_sum", "lag", "lag_sum", "members"),
        .. Of(
            "kafka_network_requestmetrics_", "totaltimems", "requestqueuetimems", "localtimems", "remotetimems", "responsequeuetimems", "responsesendtimems",
            "throttletimems"),
    ];

    private static IEnumerable<string> Of(string prefix, params string[] names) => names.Select(name => prefix + name);
}
