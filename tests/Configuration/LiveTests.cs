using CsCheck;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Tests;

/// <summary>Dynamic values: precedence, changes, topics and groups.</summary>
public sealed class LiveTests
{
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    [Test]
    public void A_value_of_the_topic_wins_over_broker_over_cluster_over_file_over_default() =>
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool).Sample((topic, broker, cluster, file) =>
        {
            var live = Live(file ? ("message.max.bytes", "4") : default);
            live.ApplyBroker(cluster ? Map("message.max.bytes", "3") : None, broker ? Map("message.max.bytes", "2") : None);
            live.Topics.Apply("t", topic ? Map("max.message.bytes", "1") : None);
            var expected = topic ? 1 : broker ? 2 : cluster ? 3 : file ? 4 : 1048588;
            return live.Topics.Get("t").MaxMessageBytes == expected
                && live.Settings<LogSettings>().Current.MessageMaxBytes == (broker ? 2 : cluster ? 3 : file ? 4 : 1048588)
                && live.Topics.Get("other").MaxMessageBytes == (broker ? 2 : cluster ? 3 : file ? 4 : 1048588);
        });

    // log.retention.ms wins over minutes over hours, wherever each is given; only ms can be dynamic.
    [Test]
    public void The_finest_spelling_of_a_time_wins() =>
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool).Sample((hours, minutes, ms, clusterMs, brokerMs, topicMs) =>
        {
            var given = new List<(string, string)>();
            AddIf(hours, "log.retention.hours", "1");
            AddIf(minutes, "log.retention.minutes", "2");
            AddIf(ms, "log.retention.ms", "3");
            var live = Live([.. given]);
            live.ApplyBroker(clusterMs ? Map("log.retention.ms", "4") : None, brokerMs ? Map("log.retention.ms", "5") : None);
            live.Topics.Apply("t", topicMs ? Map("retention.ms", "6") : None);
            var broker = brokerMs ? 5 : clusterMs ? 4 : ms ? 3 : minutes ? 120_000 : hours ? 3_600_000 : 604_800_000;
            return live.Settings<LogSettings>().Current.LogRetentionMs == broker && live.Topics.Get("t").RetentionMs == (topicMs ? 6 : broker);

            void AddIf(bool condition, string name, string value)
            {
                if (condition)
                {
                    given.Add((name, value));
                }
            }
        });

    [Test]
    public void Time_without_limit_stays_without_limit_in_every_unit() =>
        Assert.That(Live(("log.retention.hours", "-1")).Topics.Default.RetentionMs, Is.EqualTo(-1));

    [Test]
    public void Whoever_subscribes_is_told_of_changes_and_of_nothing_else()
    {
        var live = Live();
        var told = new List<string>();
        var log = live.Settings<LogSettings>();
        live.Settings<NetworkSettings>().OnChange((_, now) => told.Add($"network {now.MaxConnections}"));
        var first = log.OnChange((before, now) => told.Add($"first {before.MessageMaxBytes} {now.MessageMaxBytes} {log.Current.MessageMaxBytes}"));
        log.OnChange((_, now) => told.Add($"second {now.MessageMaxBytes}"));
        live.ApplyBroker(Map("message.max.bytes", "5"), None);
        live.ApplyBroker(Map("message.max.bytes", "5"), None);
        first.Dispose();
        live.ApplyBroker(None, Map("message.max.bytes", "6", "max.connections", "9"));
        Assert.That(told, Is.EqualTo(["first 1048588 5 5", "second 5", "second 6", "network 9"]));
    }

    [Test]
    public void Everything_has_changed_before_anybody_is_told()
    {
        var live = Live();
        var topic = live.Topics.Settings("t");
        var log = live.Settings<LogSettings>();
        var seen = 0;
        log.OnChange((_, _) => seen += topic.Current.MaxMessageBytes);
        topic.OnChange((_, _) => seen += log.Current.MessageMaxBytes * 100);
        live.ApplyBroker(Map("message.max.bytes", "5"), None);
        Assert.That(seen, Is.EqualTo(505));
    }

    [Test]
    public void A_topic_is_told_of_its_own_changes_and_of_those_of_the_broker()
    {
        var live = Live();
        var told = new List<long>();
        live.Topics.Settings("t").OnChange((_, now) => told.Add(now.RetentionMs));
        live.Topics.Apply("t", Map("retention.ms", "5"));
        live.Topics.Apply("u", Map("retention.ms", "6"));
        live.ApplyBroker(Map("log.retention.ms", "7"), None);
        live.Topics.Apply("t", None);
        Assert.That(told, Is.EqualTo([5L, 7L]));
        live.Topics.Remove("u");
        Assert.That(live.Topics.Get("u").RetentionMs, Is.EqualTo(7));
    }

    [Test]
    public void A_callback_may_subscribe_and_end_subscriptions()
    {
        var live = Live();
        var log = live.Settings<LogSettings>();
        var calls = 0;
        IDisposable? second = null;
        log.OnChange((_, _) =>
        {
            second?.Dispose();
            log.OnChange((_, _) => calls += 100);
        });
        second = log.OnChange((_, _) => calls++);
        live.ApplyBroker(Map("message.max.bytes", "5"), None);
        Assert.That(calls, Is.Zero);
        live.ApplyBroker(Map("message.max.bytes", "6"), None);
        Assert.That(calls, Is.EqualTo(100));
    }

    [Test]
    public void What_cannot_be_dynamic_is_left_out_and_reported()
    {
        var live = Live();
        var problems = live.ApplyBroker(
            Map("node.id", "9", "sasl.enabled.mechanisms", "PLAIN", "message.max.bytes", "x", "unknown.key", "1"),
            Map("ssl.keystore.location", "/x", "listener.name.plaintext.ssl.keystore.location", "/y", "sasl.enabled.mechanisms", "PLAIN"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(problems.Select(problem => problem.ToString()), Is.EquivalentTo([
                "dynamic default of the cluster: node.id: this key cannot change while the broker runs",
                "dynamic default of the cluster: sasl.enabled.mechanisms: this key can change for one broker only, not for all",
                "dynamic default of the cluster: message.max.bytes: expected an integer of at least 0, found 'x'",
                "dynamic value of this broker: ssl.keystore.location: this key can change only with a listener prefix",
            ]));
            Assert.That(live.Settings<NodeSettings>().Current.NodeId, Is.EqualTo(1));
            Assert.That(live.Settings<SslSettings>("PLAINTEXT").Current.SslKeystoreLocation, Is.EqualTo("/y"));
            Assert.That(live.Settings<SaslSettings>().Current.SaslEnabledMechanisms, Is.EqualTo(["PLAIN"]));
        }
    }

    [Test]
    public void A_listener_follows_its_own_dynamic_values()
    {
        var live = Live();
        var network = live.Settings<NetworkSettings>("plaintext");
        var told = 0;
        network.OnChange((_, _) => told++);
        live.ApplyBroker(None, Map("listener.name.plaintext.max.connections", "3"));
        live.ApplyBroker(Map("max.connections", "4"), Map("listener.name.plaintext.max.connections", "3"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(network.Current.MaxConnections, Is.EqualTo(3));
            Assert.That(live.Settings<NetworkSettings>("controller").Current.MaxConnections, Is.EqualTo(4));
            Assert.That(live.Settings<NetworkSettings>("PLAINTEXT"), Is.SameAs(network));
            Assert.That(told, Is.EqualTo(1));
        }
    }

    [Test]
    public void A_group_follows_the_broker_where_it_sets_nothing()
    {
        var live = Live(("group.consumer.session.timeout.ms", "50000"));
        live.Groups.Apply("g", Map("consumer.heartbeat.interval.ms", "6000"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(live.Groups.Get("g").ConsumerHeartbeatIntervalMs, Is.EqualTo(6000));
            Assert.That(live.Groups.Get("g").ConsumerSessionTimeoutMs, Is.EqualTo(50000));
            Assert.That(live.Groups.Default.ConsumerHeartbeatIntervalMs, Is.EqualTo(5000));
        }
    }

    [Test]
    public void An_invalid_value_of_a_topic_counts_as_not_set()
    {
        var live = Live();
        live.Topics.Apply("t", Map("retention.ms", "soon", "no.such.key", "1"));
        Assert.That(live.Topics.Get("t").RetentionMs, Is.EqualTo(604_800_000));
        Assert.That(live.Topics.Overrides("t"), Has.Count.EqualTo(2));
    }

    [Test]
    public void Every_settings_record_holds_the_defaults_of_its_keys()
    {
        var live = Live();
        foreach (var key in BrokerKeys.All.Where(key => live.Node.Find(key) is null))
        {
            Assert.That(ConfigurationValues.AreEqual(live.Value(key), SettingsLayer.DefaultOf(key)), key.Name);
        }

        Assert.That(live.Settings<TransactionSettings>().Current with { TransactionStateLogReplicationFactor = 3, TransactionStateLogMinIsr = 2 }, Is.EqualTo(new TransactionSettings()));
        Assert.That(live.Settings<ShareGroupSettings>().Current.GroupShareMaxSize, Is.EqualTo(new ShareGroupSettings().GroupShareMaxSize));
    }

    private static LiveConfiguration Live(params (string Name, string Value)[] given) =>
        new(NodeConfiguration.Load([
            BuiltInConfiguration.Source,
            ConfigurationSource.Of([.. given.Where(pair => pair.Name is not null).Select(pair => new KeyValuePair<string, string>(pair.Name, pair.Value)), .. WithoutHours(given)])]).Required);

    // The built-in configuration gives log.retention.hours its default explicitly, which is nothing but that.
    private static IEnumerable<KeyValuePair<string, string>> WithoutHours((string Name, string Value)[] given) =>
        given.Any(pair => pair.Name == "log.retention.hours") ? [] : [new("log.retention.hours", "168")];

    private static Dictionary<string, string> Map(params string[] pairs)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < pairs.Length; i += 2)
        {
            map[pairs[i]] = pairs[i + 1];
        }

        return map;
    }
}
