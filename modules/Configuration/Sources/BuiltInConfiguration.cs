namespace Kafka.Modular.Configuration.Sources;

/// <summary>
/// The configuration of <c>serve</c> without a file: that of Apache's <c>config/server.properties</c> for one combined node, on localhost,
/// with data under <c>./data</c> and a group's first rebalance at once.
/// </summary>
public static class BuiltInConfiguration
{
    private static readonly (string Key, string Value)[] Values =
    [
        ("process.roles", "broker,controller"),
        ("node.id", "1"),
        ("controller.quorum.bootstrap.servers", "localhost:9093"),
        ("listeners", "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093"),
        ("inter.broker.listener.name", "PLAINTEXT"),
        ("advertised.listeners", "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093"),
        ("controller.listener.names", "CONTROLLER"),
        ("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL"),
        ("log.dirs", "./data"),
        ("num.partitions", "1"),
        ("offsets.topic.replication.factor", "1"),
        ("share.coordinator.state.topic.replication.factor", "1"),
        ("share.coordinator.state.topic.min.isr", "1"),
        ("transaction.state.log.replication.factor", "1"),
        ("transaction.state.log.min.isr", "1"),
        ("log.retention.hours", "168"),
        ("log.segment.bytes", "1073741824"),
        ("log.retention.check.interval.ms", "300000"),
        ("group.initial.rebalance.delay.ms", "0"),
    ];

    /// <summary>The built-in configuration as a source.</summary>
    public static ConfigurationSource Source { get; } =
        new([.. Values.Select(pair => new ConfigurationEntry(pair.Key, pair.Value, null, new(ConfigurationOriginKind.BuiltIn)))], []);
}
