using Kafka.Modular.Telemetry.Catalog;

namespace Kafka.Modular.Telemetry.Tests;

public sealed class JmxNameTests
{
    [TestCase("kafka.server:type=BrokerTopicMetrics,name=MessagesInPerSec,topic=*", MetricKind.Counter, "kafka_server_brokertopicmetrics_messagesin_total")]
    [TestCase("kafka.network:type=RequestMetrics,name=TotalTimeMs,request=*", MetricKind.Summary, "kafka_network_requestmetrics_totaltimems")]
    [TestCase("kafka.network:type=RequestMetrics,name=ErrorsPerSec,request=*,error=*", MetricKind.Counter, "kafka_network_requestmetrics_errors_total")]
    [TestCase("kafka.server:type=KafkaRequestHandlerPool,name=RequestHandlerAvgIdlePercent", MetricKind.Gauge, "kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent")]
    [TestCase("kafka.network:type=SocketServer,name=NetworkProcessorAvgIdlePercent", MetricKind.Gauge, "kafka_network_socketserver_networkprocessoravgidle_percent")]
    [TestCase("kafka.server:type=socket-server-metrics,listener=*,networkProcessor=*#connection-count", MetricKind.Gauge, "kafka_server_socket_server_metrics_connection_count")]
    [TestCase("kafka.server:type=raft-metrics#append-records-rate", MetricKind.Gauge, "kafka_server_raftmetrics_append_records_rate")]
    [TestCase("kafka.server:type=raft-channel-metrics#incoming-byte-total", MetricKind.Counter, "kafka_server_raftchannelmetrics_incoming_byte_total")]
    [TestCase("kafka.server:type=KafkaServer,name=linux-disk-read-bytes", MetricKind.Gauge, "kafka_server_kafkaserver_linux_disk_read_bytes")]
    [TestCase("kafka.coordinator.group:type=GroupMetadataManager,name=NumGroups", MetricKind.Gauge, "kafka_coordinator_group_groupmetadatamanager_numgroups")]
    [TestCase("kafka.log:type=Log,name=Size,topic=*,partition=*", MetricKind.Gauge, "kafka_log_log_size")]
    [TestCase("kafka.controller:type=ControllerStats,name=UncleanLeaderElectionsPerSec", MetricKind.Counter, "kafka_controller_controllerstats_uncleanleaderelections_total")]
    public void A_name_on_the_page_follows_from_the_object_name(string objectName, MetricKind kind, string expected) =>
        Assert.That(PrometheusName.Of(JmxName.Parse(objectName), kind), Is.EqualTo(expected));

    [Test]
    public void The_catalog_has_an_entry_once_for_each_object_name_and_each_name()
    {
        Assert.That(MetricCatalog.All.Select(static metric => metric.Name), Is.Unique);
        Assert.That(MetricCatalog.All.Where(static metric => metric.Jmx is not null).Select(static metric => metric.Jmx!.ToString()), Is.Unique);
        Assert.That(MetricCatalog.All.Select(static metric => metric.Name), Has.All.Matches("^[a-z_][a-z0-9_]*$"));
    }

    [TestCase("kafka.server")]
    [TestCase("kafka.server:name=X")]
    [TestCase("kafka.server:type=X,topic=orders")]
    public void An_object_name_of_another_form_is_refused(string text) => Assert.That(() => JmxName.Parse(text), Throws.TypeOf<FormatException>());

    [Test]
    public void The_names_that_dashboards_use_are_in_the_catalog() =>
        Assert.That(ReferenceNames.OfBroker.Except(MetricCatalog.All.Select(static metric => metric.Name), StringComparer.Ordinal), Is.Empty);
}
