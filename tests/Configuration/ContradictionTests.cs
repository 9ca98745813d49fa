using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Tests;

/// <summary>Keys that are valid each for itself and not together.</summary>
public sealed class ContradictionTests
{
    private const string Broker = "process.roles=broker;node.id=2;controller.quorum.bootstrap.servers=c:9093;controller.listener.names=CONTROLLER;";
    private const string Controller = "process.roles=controller;node.id=1;controller.quorum.bootstrap.servers=c:9093;controller.listener.names=CONTROLLER;listeners=CONTROLLER://:9093;";
    private const string Both = "process.roles=broker,controller;node.id=1;controller.quorum.bootstrap.servers=c:9093;controller.listener.names=CONTROLLER;listeners=PLAINTEXT://:9092,CONTROLLER://:9093;";
    private const string WithTls = Both + "listeners=PLAINTEXT://:9092,SSL://:9094,CONTROLLER://:9093;listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SSL:SSL,CONTROLLER:PLAINTEXT;ssl.keystore.location=/x.pem;";

    [TestCase(Broker)]
    [TestCase(Controller)]
    [TestCase(Both)]
    [TestCase(Broker + "advertised.listeners=PLAINTEXT://broker.example:9092")]
    [TestCase(Broker + "listeners=PLAINTEXT://10.0.0.1:9092,INTERNAL://[::1]:9092;listener.security.protocol.map=PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT;inter.broker.listener.name=INTERNAL")]
    [TestCase(Both + "controller.quorum.voters=1@a:9093,2@b:9093")]
    [TestCase(Both + "max.connections.per.ip=0;max.connections.per.ip.overrides=10.0.0.1:5,[::1]:6,host.example:7")]
    public void What_fits_together_is_taken(string values) => Assert.That(Problems(values), Is.Empty);

    [TestCase(Both + "broker.id=7", "broker.id: must be the same as node.id (1), found 7; it is the older name and can be left out")]
    [TestCase("process.roles=;node.id=1;controller.listener.names=CONTROLLER", "process.roles: there must be at least one role: broker, controller or both")]
    [TestCase("process.roles=broker;node.id=2;controller.listener.names=CONTROLLER", "controller.quorum.bootstrap.servers: the controllers must be named, here as host:port or in controller.quorum.voters")]
    [TestCase(Both + "controller.quorum.voters=2@b:9093", "controller.quorum.voters: this node is a controller, so its id 1 must be among the voters")]
    [TestCase(Both + "controller.quorum.voters=1@a:9093,1@b:9093", "controller.quorum.voters: an id stands twice")]
    [TestCase(Broker + "controller.quorum.voters=2@b:9093", "controller.quorum.voters: this node is only a broker, so its id 2 must not be among the voters")]
    [TestCase(Broker + "controller.quorum.auto.join.enable=true", "controller.quorum.auto.join.enable: only a node whose process.roles contain controller can join the quorum")]
    [TestCase(Broker + "controller.listener.names=", "controller.listener.names: a broker must know the controllers' listener, so there must be at least one name")]
    [TestCase(Broker + "listeners=PLAINTEXT://:9092,CONTROLLER://:9093", "controller.listener.names: this node is only a broker, so none of these may be in listeners")]
    [TestCase(Broker + "listener.security.protocol.map=PLAINTEXT:PLAINTEXT", "controller.listener.names: listener CONTROLLER has no entry in listener.security.protocol.map")]
    [TestCase(Controller + "listeners=CONTROLLER://:9093,PLAINTEXT://:9092", "listeners: this node is only a controller, so PLAINTEXT must be in controller.listener.names or go")]
    [TestCase(Both + "listeners=PLAINTEXT://:9092", "controller.listener.names: this node is a controller, so CONTROLLER must be in listeners, which has PLAINTEXT")]
    [TestCase(Both + "listeners=CONTROLLER://:9093", "listeners: a broker needs at least one listener that is not in controller.listener.names")]
    [TestCase(Both + "advertised.listeners=CONTROLLER://c:9093", "advertised.listeners: a broker needs at least one listener that is not in controller.listener.names")]
    [TestCase(Both + "advertised.listeners=PLAINTEXT://0.0.0.0:9092", "advertised.listeners: nobody can connect to 0.0.0.0 of listener PLAINTEXT; set advertised.listeners to a name or address that clients reach, or leave the host empty")]
    [TestCase(Both + "listeners=PLAINTEXT://0.0.0.0:9092,CONTROLLER://:9093", "listeners: nobody can connect to 0.0.0.0 of listener PLAINTEXT; set advertised.listeners to a name or address that clients reach, or leave the host empty")]
    [TestCase(Both + "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,OUT:PLAINTEXT;advertised.listeners=PLAINTEXT://a:9092,OUT://b:9094", "advertised.listeners: OUT is not in listeners, which has PLAINTEXT, CONTROLLER")]
    [TestCase(Both + "security.inter.broker.protocol=SSL", "security.inter.broker.protocol: brokers would use listener SSL, which is not advertised; name one of PLAINTEXT")]
    [TestCase(Both + "inter.broker.listener.name=NONE", "inter.broker.listener.name: listener NONE has no entry in listener.security.protocol.map")]
    [TestCase(Both + "inter.broker.listener.name=PLAINTEXT;security.inter.broker.protocol=PLAINTEXT", "inter.broker.listener.name: only one of inter.broker.listener.name and security.inter.broker.protocol may be set")]
    [TestCase(Both + "listeners=PLAINTEXT:9092,CONTROLLER://:9093", "listeners: 'PLAINTEXT:9092' does not have the form NAME://host:port")]
    [TestCase(Both + "listeners=PLAINTEXT://a:99999,CONTROLLER://:9093", "listeners: 'PLAINTEXT://a:99999' does not have the form NAME://host:port")]
    [TestCase(Both + "listeners=PLAINTEXT://::1:9092,CONTROLLER://:9093", "listeners: 'PLAINTEXT://::1:9092' does not have the form NAME://host:port")]
    [TestCase(Both + "listeners=OUT://:9092,CONTROLLER://:9093", "listeners: listener OUT has no security protocol; add OUT:PLAINTEXT, or another protocol, to listener.security.protocol.map")]
    [TestCase(Both + "listeners=PLAINTEXT://:9092,PLAINTEXT://:9094,CONTROLLER://:9093", "listeners: each listener must have a different name, PLAINTEXT stands twice")]
    [TestCase(Both + "listeners=PLAINTEXT://a:9092,CONTROLLER://b:9092", "listeners: port 9092 is used by PLAINTEXT and CONTROLLER; only an IPv4 and an IPv6 address may share a port")]
    [TestCase(Both + "listeners=", "listeners: there must be at least one listener")]
    [TestCase(Both + "listener.security.protocol.map=PLAINTEXT:CLEAR,CONTROLLER:PLAINTEXT", "listener.security.protocol.map: 'CLEAR' is not a security protocol; those are PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL")]
    [TestCase(Both + "listener.security.protocol.map=PLAINTEXT", "listener.security.protocol.map: 'PLAINTEXT' does not have the form NAME:PROTOCOL")]
    [TestCase(Both + "early.start.listeners=NONE", "early.start.listeners: listener NONE is neither in listeners nor in controller.listener.names")]
    [TestCase(Both + "queued.max.request.bytes=100", "queued.max.request.bytes: must be at least socket.request.max.bytes (104857600), found 100")]
    [TestCase(Both + "connections.max.idle.ms=50", "connection.failed.authentication.delay.ms: must be less than connections.max.idle.ms (50), else a refused client never reads why")]
    [TestCase(Both + "max.connections.per.ip=0", "max.connections.per.ip: may be 0 only if max.connections.per.ip.overrides lets somebody in")]
    [TestCase(Both + "max.connections.per.ip.overrides=a b:3", "max.connections.per.ip.overrides: 'a b:3' does not have the form host:count")]
    [TestCase(Both + "max.connections.per.ip.overrides=host", "max.connections.per.ip.overrides: 'host' does not have the form host:count")]
    [TestCase(Both + "log.roll.ms=0", "log.roll.ms: must be at least 1")]
    [TestCase(Both + "log.roll.jitter.ms=-1", "log.roll.jitter.ms: must be at least 0")]
    [TestCase(Both + "log.retention.ms=0", "log.retention.ms: must be at least 1, or -1 for no limit")]
    [TestCase(Both + "log.retention.hours=0", "log.retention.ms: must be at least 1, or -1 for no limit")]
    [TestCase(Both + "log.dirs=", "log.dirs: there must be at least one log directory")]
    [TestCase(Both + "log.cleaner.threads=200", "log.cleaner.dedupe.buffer.size: must be more than 1 MiB for each of the 200 cleaner threads")]
    [TestCase(Both + "log.cleaner.min.compaction.lag.ms=5;log.cleaner.max.compaction.lag.ms=3", "log.cleaner.min.compaction.lag.ms: must be at most log.cleaner.max.compaction.lag.ms (3), found 5")]
    [TestCase(Both + "replica.fetch.wait.max.ms=31000", "replica.fetch.wait.max.ms: must be at most replica.socket.timeout.ms (30000), found 31000|replica.fetch.wait.max.ms: must be at most replica.lag.time.max.ms (30000), found 31000")]
    [TestCase(Both + "replica.lag.time.max.ms=100", "replica.lag.time.max.ms: must be at least replica.fetch.wait.max.ms (500), found 100")]
    [TestCase(Both + "remote.log.storage.system.enable=true", "remote.log.storage.system.enable: no remote storage is built in, leave it at false")]
    [TestCase(Both + "group.min.session.timeout.ms=1800001", "group.min.session.timeout.ms: must be at most group.max.session.timeout.ms (1800000), found 1800001")]
    [TestCase(Both + "group.consumer.heartbeat.interval.ms=1", "group.consumer.heartbeat.interval.ms: must be at least group.consumer.min.heartbeat.interval.ms (5000), found 1")]
    [TestCase(Both + "group.consumer.session.timeout.ms=70000", "group.consumer.session.timeout.ms: must be at most group.consumer.max.session.timeout.ms (60000), found 70000")]
    [TestCase(Both + "group.consumer.max.heartbeat.interval.ms=50000;group.consumer.heartbeat.interval.ms=45000", "group.consumer.heartbeat.interval.ms: must be less than group.consumer.session.timeout.ms (45000), found 45000")]
    [TestCase(Both + "group.share.max.share.sessions=10", "group.share.max.share.sessions: must be at least group.share.max.size (200), found 10")]
    [TestCase(Both + "group.streams.num.standby.replicas=3", "group.streams.num.standby.replicas: must be at most group.streams.max.standby.replicas (2), found 3")]
    [TestCase(Both + "group.coordinator.rebalance.protocols=consumer", "group.coordinator.rebalance.protocols: the classic protocol cannot be turned off")]
    [TestCase(Both + "group.consumer.assignors=", "group.consumer.assignors: there must be at least one assignor")]
    [TestCase(Both + "group.share.assignors=", "group.share.assignors: there must be exactly one assignor")]
    [TestCase(Both + "share.coordinator.snapshot.update.records.per.snapshot=501", "share.coordinator.snapshot.update.records.per.snapshot: must be at most 500")]
    [TestCase(Both + "listeners=SASL_PLAINTEXT://:9092,CONTROLLER://:9093;security.inter.broker.protocol=SASL_PLAINTEXT;sasl.enabled.mechanisms=PLAIN;listener.security.protocol.map=SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT", "sasl.mechanism.inter.broker.protocol: brokers use SASL among themselves, so GSSAPI must be in sasl.enabled.mechanisms of listener SASL_PLAINTEXT, which has PLAIN")]
    [TestCase(Both + "listeners=PLAINTEXT://:9092,SASL_PLAINTEXT://:9094,CONTROLLER://:9093;listener.name.sasl_plaintext.sasl.enabled.mechanisms=;listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT", "sasl.enabled.mechanisms: listener SASL_PLAINTEXT uses SASL and needs at least one mechanism")]
    [TestCase(Both + "listeners=PLAINTEXT://:9092,SSL://:9094,CONTROLLER://:9093;listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SSL:SSL,CONTROLLER:PLAINTEXT", "ssl.keystore.location: listener SSL uses TLS and needs a certificate: set ssl.keystore.location, or ssl.keystore.key with ssl.keystore.certificate.chain, maybe with the prefix listener.name.ssl.")]
    [TestCase(WithTls + "ssl.enabled.protocols=TLSv1.1", "ssl.enabled.protocols: of listener SSL: TLSv1.1 is not served; expected TLSv1.2 or TLSv1.3")]
    [TestCase(WithTls + "ssl.protocol=SSLv3", "ssl.protocol: of listener SSL: SSLv3 is not served; expected TLSv1.3 or TLSv1.2")]
    [TestCase(WithTls + "listener.name.ssl.ssl.cipher.suites=RC4", "ssl.cipher.suites: of listener SSL: RC4 is not known; expected IANA's names, such as TLS_AES_128_GCM_SHA256 and TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")]
    public void What_does_not_fit_together_is_refused(string values, string expected) => Assert.That(Problems(values), Is.EqualTo(expected.Split('|')));

    [TestCase(Both + "min.insync.replicas=2", "min.insync.replicas")]
    [TestCase(Both + "transaction.state.log.replication.factor=1", "transaction.state.log.min.isr")]
    [TestCase(Broker + "controller.listener.names=CONTROLLER,OTHER", "controller.listener.names")]
    [TestCase(Both + "broker.heartbeat.interval.ms=5000", "broker.heartbeat.interval.ms")]
    [TestCase(Both + "listeners=SASL_SSL://:9094,CONTROLLER://:9093;inter.broker.listener.name=SASL_SSL;sasl.mechanism.inter.broker.protocol=PLAIN;sasl.enabled.mechanisms=PLAIN;listener.security.protocol.map=SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT;ssl.keystore.location=/x.pem;ssl.client.auth=required", "ssl.client.auth")]
    public void What_is_probably_not_meant_is_a_warning(string values, string key) =>
        Assert.That(NodeConfiguration.Load(Pairs(values)).Required.Warnings.Select(warning => warning.Key), Is.EqualTo([key]));

    [Test]
    public void A_problem_names_the_place_of_the_key_that_was_set()
    {
        var source = YamlReader.Read("log:\n  roll:\n    hours: 1\nreplica.lag.time.max.ms: 1\n", "s.yaml");
        Assert.That(
            NodeConfiguration.Load([BuiltInConfiguration.Source, source]).Problems.Select(problem => problem.ToString()),
            Is.EqualTo(["s.yaml:4: replica.lag.time.max.ms: must be at least replica.fetch.wait.max.ms (500), found 1"]));
    }

    private static List<string> Problems(string values) =>
        [.. NodeConfiguration.Load(Pairs(values)).Problems.Select(problem => problem.ToString().Replace("given at start: ", "", StringComparison.Ordinal))];

    // Pairs joined by semicolons; a later one replaces an earlier one.
    private static Dictionary<string, string> Pairs(string values)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in values.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            pairs[pair[..equals]] = pair[(equals + 1)..];
        }

        return pairs;
    }
}
