using Kafka.Modular.Configuration.Describe;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Tests;

/// <summary>The entries of DescribeConfigs.</summary>
public sealed class DescribeTests
{
    private static readonly Dictionary<string, string> None = [];

    [Test]
    public void A_broker_shows_every_documented_key()
    {
        var entries = ConfigurationDescriber.Broker(Live());
        Assert.That(entries.Select(entry => entry.Name), Is.SupersetOf(BrokerKeys.All.Where(key => !key.IsInternal && !key.IsRuntimeOnly).Select(key => key.Name)));
        Assert.That(entries.Select(entry => entry.Name), Is.Unique.And.Not.Contains("unstable.api.versions.enable").And.Not.Contains("leader.replication.throttled.rate"));
    }

    [Test]
    public void Each_value_says_where_it_comes_from()
    {
        var live = Live(("num.io.threads", "9"), ("ssl.key.password", "hush"), ("unstable.api.versions.enable", "true"), ("listener.name.plaintext.ssl.key.password", "hush"));
        live.ApplyBroker(new Dictionary<string, string> { ["num.io.threads"] = "10", ["leader.replication.throttled.rate"] = "7" }, new Dictionary<string, string> { ["num.io.threads"] = "11" });
        var entries = ConfigurationDescriber.Broker(live).ToDictionary(entry => entry.Name);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Line(entries["num.io.threads"]), Is.EqualTo("num.io.threads=11 DynamicBroker [num.io.threads=11 DynamicBroker, num.io.threads=10 DynamicDefaultBroker, num.io.threads=9 StaticBroker, num.io.threads=8 Default]"));
            Assert.That(entries["num.io.threads"].IsReadOnly, Is.False);
            Assert.That(Line(entries["node.id"]), Is.EqualTo("node.id=1 StaticBroker [node.id=1 StaticBroker]"));
            Assert.That(entries["node.id"].IsReadOnly, Is.True);
            Assert.That(entries["node.id"].Type, Is.EqualTo(ConfigurationType.Int));
            Assert.That(entries["node.id"].Documentation, Is.Not.Empty);
            Assert.That(Line(entries["ssl.key.password"]), Is.EqualTo("ssl.key.password= StaticBroker [ssl.key.password= StaticBroker]"));
            Assert.That(entries["ssl.key.password"].IsSensitive, Is.True);
            Assert.That(entries["listener.name.plaintext.ssl.key.password"].Value, Is.Null);
            Assert.That(entries["listener.name.plaintext.ssl.key.password"].IsReadOnly, Is.True);
            Assert.That(entries["unstable.api.versions.enable"].Value, Is.EqualTo("true"));
            Assert.That(Line(entries["leader.replication.throttled.rate"]), Is.EqualTo("leader.replication.throttled.rate=7 DynamicDefaultBroker [leader.replication.throttled.rate=7 DynamicDefaultBroker, leader.replication.throttled.rate=9223372036854775807 Default]"));
            Assert.That(Line(entries["advertised.listeners"]), Is.EqualTo("advertised.listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093 StaticBroker [advertised.listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093 StaticBroker]"));
            Assert.That(Line(entries["log.cleaner.io.max.bytes.per.second"]), Is.EqualTo("log.cleaner.io.max.bytes.per.second=1.7976931348623157E308 Default [log.cleaner.io.max.bytes.per.second=1.7976931348623157E308 Default]"));
            Assert.That(Line(entries["log.retention.minutes"]), Is.EqualTo("log.retention.minutes= Default []"));
        }
    }

    [Test]
    public void Spellings_in_other_units_are_synonyms()
    {
        var entries = ConfigurationDescriber.Broker(Live(("log.roll.ms", "5"))).ToDictionary(entry => entry.Name);
        Assert.That(Line(entries["log.roll.ms"]), Is.EqualTo("log.roll.ms=5 StaticBroker [log.roll.ms=5 StaticBroker, log.roll.hours=168 Default]"));
        Assert.That(Line(entries["log.roll.hours"]), Is.EqualTo("log.roll.hours=168 Default [log.roll.hours=168 Default]"));
    }

    [Test]
    public void The_defaults_of_the_cluster_are_shown_alone()
    {
        var live = Live(("num.io.threads", "9"));
        live.ApplyBroker(new Dictionary<string, string> { ["num.io.threads"] = "10" }, new Dictionary<string, string> { ["num.io.threads"] = "11", ["background.threads"] = "9" });
        Assert.That(ConfigurationDescriber.ClusterDefaults(live).Select(Line), Is.EqualTo(["num.io.threads=10 DynamicDefaultBroker [num.io.threads=10 DynamicDefaultBroker]"]));
    }

    [Test]
    public void A_topic_shows_its_own_values_over_those_of_the_broker()
    {
        var live = Live(("message.max.bytes", "5"), ("log.retention.minutes", "3"));
        var entries = ConfigurationDescriber.Topic(live, new Dictionary<string, string> { ["retention.ms"] = "7", ["cleanup.policy"] = "compact, delete" }).ToDictionary(entry => entry.Name);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entries.Keys, Is.EquivalentTo(TopicKeys.All.Where(key => !key.IsInternal).Select(key => key.Name)));
            Assert.That(Line(entries["retention.ms"]), Is.EqualTo("retention.ms=7 Topic [retention.ms=7 Topic]"));
            Assert.That(Line(entries["max.message.bytes"]), Is.EqualTo("max.message.bytes=5 StaticBroker [message.max.bytes=5 StaticBroker, message.max.bytes=1048588 Default]"));
            Assert.That(Line(entries["cleanup.policy"]), Is.EqualTo("cleanup.policy=compact,delete Topic [cleanup.policy=compact,delete Topic, log.cleanup.policy=delete Default]"));
            Assert.That(Line(entries["preallocate"]), Is.EqualTo("preallocate=false Default [log.preallocate=false Default]"));
            Assert.That(Line(entries["remote.storage.enable"]), Is.EqualTo("remote.storage.enable=false Default []"));
            Assert.That(Line(entries["min.cleanable.dirty.ratio"]), Is.EqualTo("min.cleanable.dirty.ratio=0.5 Default [log.cleaner.min.cleanable.ratio=0.5 Default]"));
            Assert.That(entries.Values.All(entry => !entry.IsReadOnly && !entry.IsSensitive));
        }
    }

    [Test]
    public void Only_the_keys_that_are_asked_for_are_shown() =>
        Assert.That(ConfigurationDescriber.Topic(Live(), None, ["retention.ms", "no.such.key"]).Select(entry => entry.Name), Is.EqualTo(["retention.ms"]));

    [Test]
    public void A_group_shows_its_own_values_over_those_of_the_broker()
    {
        var live = Live(("group.consumer.session.timeout.ms", "50000"));
        var entries = ConfigurationDescriber.Group(live, new Dictionary<string, string> { ["consumer.heartbeat.interval.ms"] = "6000" }).ToDictionary(entry => entry.Name);
        Assert.That(Line(entries["consumer.heartbeat.interval.ms"]), Is.EqualTo("consumer.heartbeat.interval.ms=6000 Group [consumer.heartbeat.interval.ms=6000 Group]"));
        Assert.That(Line(entries["consumer.session.timeout.ms"]), Is.EqualTo("consumer.session.timeout.ms=50000 Default [consumer.session.timeout.ms=50000 Default]"));
    }

    [Test]
    public void A_subscription_shows_its_own_values()
    {
        var entries = ConfigurationDescriber.ClientMetrics(Live(), new Dictionary<string, string> { ["metrics"] = "*" });
        Assert.That(entries.Select(Line), Is.EqualTo(["interval.ms=300000 Default []", "match= Default []", "metrics=* ClientMetrics [metrics=* ClientMetrics]"]));
    }

    private static string Line(DescribedEntry entry) =>
        $"{entry.Name}={entry.Value} {entry.Source} [{string.Join(", ", entry.Synonyms.Select(synonym => $"{synonym.Name}={synonym.Value} {synonym.Source}"))}]";

    private static LiveConfiguration Live(params (string Name, string Value)[] given) =>
        new(NodeConfiguration.Load([BuiltInConfiguration.Source, ConfigurationSource.Of(given.Select(pair => new KeyValuePair<string, string>(pair.Name, pair.Value)))]).Required);
}
