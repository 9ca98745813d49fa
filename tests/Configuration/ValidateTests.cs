using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Validate;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Tests;

/// <summary>Changes of configuration are refused in Kafka's words.</summary>
public sealed class ValidateTests
{
    [TestCase("retention.ms=abc", "Invalid value abc for configuration retention.ms: Not a number of type LONG")]
    [TestCase("retention.ms=-2", "Invalid value -2 for configuration retention.ms: Value must be at least -1")]
    [TestCase("compression.gzip.level=10", "Invalid value 10 for configuration compression.gzip.level: Value must be no more than 9")]
    [TestCase("cleanup.policy=compact,shred", "Invalid value shred for configuration cleanup.policy: String must be one of: compact, delete")]
    [TestCase("cleanup.policy=compact,compact", "Configuration 'cleanup.policy' values must not be duplicated.")]
    [TestCase("compression.type=zip", "Invalid value zip for configuration compression.type: String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer")]
    [TestCase("preallocate=maybe", "Invalid value maybe for configuration preallocate: Expected value to be either true or false")]
    [TestCase("min.cleanable.dirty.ratio=1.5", "Invalid value 1.5 for configuration min.cleanable.dirty.ratio: Value must be no more than 1")]
    [TestCase("no.such.key=1", "Unknown topic config name: no.such.key")]
    [TestCase("retention.ms", "Null value not supported for topic configs: retention.ms")]
    [TestCase("min.compaction.lag.ms=5;max.compaction.lag.ms=3", "conflict topic config setting min.compaction.lag.ms (5) > max.compaction.lag.ms (3)")]
    [TestCase("remote.storage.enable=true", "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.")]
    [TestCase("leader.replication.throttled.replicas=a", "Invalid value [a] for configuration leader.replication.throttled.replicas: leader.replication.throttled.replicas must be the literal '*' or a list of replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...")]
    public void A_topic_is_refused(string configs, string message)
    {
        var verdict = TopicValidator.Validate(Pairs(configs), new Dictionary<string, string>(), Live());
        Assert.That(verdict, Is.EqualTo(new ConfigurationVerdict(ConfigurationRefusal.InvalidConfig, message)));
    }

    [TestCase("")]
    [TestCase("retention.ms=-1;cleanup.policy=compact,delete;segment.bytes=1048576;compression.type=zstd")]
    [TestCase("cleanup.policy=")]
    public void A_topic_is_taken(string configs) => Assert.That(TopicValidator.Validate(Pairs(configs), new Dictionary<string, string>(), Live()).IsValid);

    [Test]
    public void Remote_storage_is_not_turned_off_without_a_word_on_what_is_there()
    {
        var existing = new Dictionary<string, string> { ["remote.storage.enable"] = "true" };
        Assert.That(TopicValidator.Validate(Pairs("remote.storage.enable=false"), existing, Live()).Message, Does.StartWith("It is invalid to disable remote storage"));
        Assert.That(TopicValidator.Validate(Pairs("remote.storage.enable=false;remote.log.delete.on.disable=true"), existing, Live()).IsValid);
    }

    [TestCase("consumer.session.timeout.ms=1", "consumer.session.timeout.ms must be greater than or equal to group.consumer.min.session.timeout.ms")]
    [TestCase("consumer.session.timeout.ms=70000", "consumer.session.timeout.ms must be less than or equal to group.consumer.max.session.timeout.ms")]
    [TestCase("consumer.session.timeout.ms=0", "Invalid value 0 for configuration consumer.session.timeout.ms: Value must be at least 1")]
    [TestCase("streams.num.standby.replicas=3", "streams.num.standby.replicas must be less than or equal to group.streams.max.standby.replicas")]
    [TestCase("share.record.lock.duration.ms=1000", "share.record.lock.duration.ms must be greater than or equal to group.share.min.record.lock.duration.ms")]
    [TestCase("share.isolation.level=none", "Invalid value none for configuration share.isolation.level: String must be one of: read_committed, read_uncommitted")]
    [TestCase("retention.ms=1", "Unknown group config name: retention.ms")]
    [TestCase("consumer.session.timeout.ms", "Null value not supported for group configs: consumer.session.timeout.ms")]
    public void A_group_is_refused(string configs, string message) =>
        Assert.That(GroupValidator.Validate(Pairs(configs), Live()), Is.EqualTo(new ConfigurationVerdict(ConfigurationRefusal.InvalidConfig, message)));

    [Test]
    public void A_group_is_taken() => Assert.That(GroupValidator.Validate(Pairs("consumer.session.timeout.ms=50000;share.auto.offset.reset=by_duration:PT1H"), Live()).IsValid);

    [TestCase("", "metrics=*", ConfigurationRefusal.InvalidRequest, "Subscription name can't be empty")]
    [TestCase("s", "metric=*", ConfigurationRefusal.InvalidRequest, "Unknown client metrics configuration: metric")]
    [TestCase("s", "interval.ms=99", ConfigurationRefusal.InvalidRequest, "Invalid value 99 for interval.ms, interval must be between 100 and 3600000 (1 hour)")]
    [TestCase("s", "interval.ms=x", ConfigurationRefusal.InvalidConfig, "Invalid value x for configuration interval.ms: Not a number of type INT")]
    [TestCase("s", "match=host=a", ConfigurationRefusal.InvalidConfig, "Illegal client matching pattern: host=a")]
    [TestCase("s", "match=client_id=(", ConfigurationRefusal.InvalidConfig, "Illegal client matching pattern: client_id=(")]
    [TestCase("s", "match=client_id", ConfigurationRefusal.InvalidConfig, "Illegal client matching pattern: client_id")]
    public void A_subscription_is_refused(string name, string configs, ConfigurationRefusal refusal, string message) =>
        Assert.That(ClientMetricsValidator.Validate(name, Given(configs)), Is.EqualTo(new ConfigurationVerdict(refusal, message)));

    [Test]
    public void A_subscription_is_taken() =>
        Assert.That(ClientMetricsValidator.Validate("s", Given("metrics=org.apache.;interval.ms=100;match=client_id=a.*,client_software_name=x")).IsValid);

    [TestCase("node.id=2", true, "Cannot update these configs dynamically: Set(node.id)")]
    [TestCase("ssl.keystore.location=/x", true, "These security configs can be dynamically updated only per-listener using the listener prefix: Set(ssl.keystore.location)")]
    [TestCase("sasl.enabled.mechanisms=PLAIN", false, "Cannot update these configs at default cluster level, broker id must be specified: Set(sasl.enabled.mechanisms)")]
    [TestCase("listener.name.plaintext.ssl.keystore.location=/x", false, "Cannot update these configs at default cluster level, broker id must be specified: Set(listener.name.plaintext.ssl.keystore.location)")]
    [TestCase("message.max.bytes=x", false, "Invalid value x for configuration message.max.bytes: Not a number of type INT")]
    [TestCase("listener.name.plaintext.max.connections=x", false, "Invalid value x for configuration max.connections: Not a number of type INT")]
    [TestCase("num.io.threads=3", false, "Dynamic thread count update validation failed for num.io.threads=3, value should be at least half the current value 8")]
    [TestCase("num.io.threads=17", true, "Dynamic thread count update validation failed for num.io.threads=17, value should not be greater than double the current value 8")]
    [TestCase("log.cleaner.min.compaction.lag.ms=5;log.cleaner.max.compaction.lag.ms=3", false, "log.cleaner.min.compaction.lag.ms: must be at most log.cleaner.max.compaction.lag.ms (3), found 5")]
    [TestCase("listeners=OTHER://:1", true, "listeners: listener OTHER has no security protocol; add OTHER:PLAINTEXT, or another protocol, to listener.security.protocol.map")]
    public void A_change_of_a_broker_is_refused(string configs, bool perBroker, string message) =>
        Assert.That(BrokerValidator.Validate(Given(configs), perBroker, Live()), Is.EqualTo(new ConfigurationVerdict(ConfigurationRefusal.InvalidRequest, message)));

    [TestCase("message.max.bytes=5;leader.replication.throttled.rate=1", false)]
    [TestCase("listener.name.plaintext.max.connections=5", false)]
    [TestCase("listener.name.plaintext.sasl.enabled.mechanisms=PLAIN;num.io.threads=16", true)]
    [TestCase("some.key.of.a.plugin=1", true)]
    public void A_change_of_a_broker_is_taken(string configs, bool perBroker) => Assert.That(BrokerValidator.Validate(Given(configs), perBroker, Live()), Is.EqualTo(ConfigurationVerdict.Valid));

    private static Dictionary<string, string?> Pairs(string text) =>
        text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair.Length > 1 ? pair[1] : null);

    private static Dictionary<string, string> Given(string text) => Pairs(text).ToDictionary(pair => pair.Key, pair => pair.Value!);

    private static LiveConfiguration Live() => new(NodeConfiguration.Load([BuiltInConfiguration.Source]).Required);
}
