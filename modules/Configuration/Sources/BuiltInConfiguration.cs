namespace Kafka.Modular.Configuration.Sources;

/// <summary>
/// The configuration of <c>serve</c> without a file: that of Apache's <c>config/server.properties</c> for one combined node, on localhost,
/// with data under <c>./data</c> and a group's first rebalance at once.
/// </summary>
public static class BuiltInConfiguration
{
    /// <summary>The built-in configuration as a source.</summary>
    public static ConfigurationSource Source { get; } = new(
    [
        Entry("process.roles", "broker,controller"),
        Entry("node.id", "1"),
        Entry("controller.quorum.bootstrap.servers", "localhost:9093"),
        Entry("listeners", "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093"),
        Entry("inter.broker.listener.name", "PLAINTEXT"),
        Entry("advertised.listeners", "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093"),
        Entry("controller.listener.names", "CONTROLLER"),
        Entry("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL"),
        Entry("log.dirs", "./data"),
        Entry("num.partitions", "1"),
        Entry("offsets.topic.replication.factor", "1"),
        Entry("share.coordinator.state.topic.replication.factor", "1"),
        Entry("share.coordinator.state.topic.min.isr", "1"),
        Entry("transaction.state.log.replication.factor", "1"),
        Entry("transaction.state.log.min.isr", "1"),
        Entry("log.retention.hours", "168"),
        Entry("log.segment.bytes", "1073741824"),
        Entry("log.retention.check.interval.ms", "300000"),
        Entry("group.initial.rebalance.delay.ms", "0"),
    ], []);

    private static ConfigurationEntry Entry(string key, string value) => new(key, value, null, new(ConfigurationOriginKind.BuiltIn));
}
