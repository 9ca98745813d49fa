using Kafka.Modular.Configuration.Explain;
using Kafka.Modular.Configuration.Import;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Tests;

/// <summary>What the verbs of the configuration say.</summary>
public sealed class ExplainTests
{
    [Test]
    public void A_check_of_a_valid_file_ends_with_what_the_node_is() =>
        Assert.That(CheckReport.Of(NodeConfiguration.Load([BuiltInConfiguration.Source])).Lines, Is.EqualTo(["valid: node 1, broker and controller, PLAINTEXT://localhost:9092, CONTROLLER://localhost:9093"]));

    [Test]
    public void A_check_lists_warnings_before_the_summary()
    {
        var report = CheckReport.Of(NodeConfiguration.Load([BuiltInConfiguration.Source, YamlReader.Read("min.insync.replicas: 2", "s.yaml")]));
        Assert.That(report.IsValid);
        Assert.That(report.Lines[0], Is.EqualTo("warning: s.yaml:1: min.insync.replicas: is 2, more than default.replication.factor (1): no write with acks=all would succeed"));
    }

    [Test]
    public void A_check_of_a_wrong_file_ends_with_their_number()
    {
        var report = CheckReport.Of(NodeConfiguration.Load([BuiltInConfiguration.Source, YamlReader.Read("a: 1\nport: 1", "s.yaml")]));
        Assert.That(report.IsValid, Is.False);
        Assert.That(report.Lines[^1], Is.EqualTo("2 problems"));
        Assert.That(report.Lines, Has.Count.EqualTo(3));
    }

    [Test]
    public void What_was_given_is_shown_with_its_place_and_secrets_hidden()
    {
        var source = PropertiesReader.Read("num.partitions=3\nssl.key.password=hush\n", "server.properties");
        var shown = ShownValue.Of(NodeConfiguration.Load([BuiltInConfiguration.Source, source]).Required, defaults: false).Select(value => value.ToString()).ToList();
        Assert.That(shown, Does.Contain("num.partitions = 3    # server.properties:1"));
        Assert.That(shown, Does.Contain("ssl.key.password = [hidden]    # server.properties:2"));
        Assert.That(shown, Does.Contain("node.id = 1    # built-in configuration"));
        Assert.That(shown, Has.None.StartsWith("num.io.threads"));
    }

    [Test]
    public void Defaults_are_shown_with_what_gives_them_their_value()
    {
        var shown = ShownValue.Of(NodeConfiguration.Load([BuiltInConfiguration.Source]).Required, defaults: true).Select(value => value.ToString()).ToList();
        Assert.That(shown, Does.Contain("num.io.threads = 8    # default"));
        Assert.That(shown, Does.Contain("log.retention.ms = 604800000    # built-in configuration"));
        Assert.That(shown, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
    }

    [Test]
    public void A_key_is_explained()
    {
        var configuration = NodeConfiguration.Load([BuiltInConfiguration.Source, YamlReader.Read("log.retention.ms: 5", "s.yaml")]).Required;
        Assert.That(KeyExplanation.Of("log.retention.ms", configuration).Single().Lines, Is.EqualTo([
            "log.retention.ms",
            "  A closed segment is deleted at this age, -1 never; without it log.retention.minutes counts.",
            "  belongs to       a node",
            "  type             long",
            "  default          none",
            "  units            ms, s, m, h, d",
            "  importance       high",
            "  changes          while the broker runs, for all brokers or one",
            "  environment      KAFKA_LOG_RETENTION_MS",
            "  followed by      retention.ms of topics",
            "  else taken from  log.retention.minutes, log.retention.hours",
            "  module           LogStorage",
            "  in force         5 (s.yaml:1)",
        ]));
    }

    [Test]
    public void A_name_with_two_meanings_is_explained_twice() =>
        Assert.That(KeyExplanation.Of("compression.type").Select(explanation => explanation.Facts[0].Text), Is.EqualTo(["a node", "a topic"]));

    [Test]
    public void A_key_with_a_listener_prefix_is_explained() =>
        Assert.That(KeyExplanation.Of("listener.name.ssl.ssl.keystore.location").Single().Facts, Does.Contain(("per listener", "listener.name.<listener>.ssl.keystore.location")));

    [TestCase("log.retention.mss", "There is no key of this name; did you mean log.retention.ms?")]
    [TestCase("zookeeper.connect", "This key is gone: ZooKeeper is gone since Kafka 4.0; name the controllers in controller.quorum.bootstrap.servers and this node's role in process.roles.")]
    [TestCase("quite.another.thing", "There is no key of this name.")]
    public void A_name_that_is_no_key_is_explained_too(string name, string help)
    {
        var explanation = KeyExplanation.Of(name).Single();
        Assert.That((explanation.IsKnown, explanation.Help), Is.EqualTo((false, help)));
    }

    [Test]
    public void Every_key_can_be_explained([Values] ConfigurationScope scope)
    {
        foreach (var key in ConfigurationCatalog.All(scope))
        {
            Assert.That(KeyExplanation.Of(key.Name).SelectMany(explanation => explanation.Lines), Is.Not.Empty);
        }
    }

    [Test]
    public void Properties_become_yaml_that_reads_back_to_the_same()
    {
        const string Properties = """
            process.roles=broker,controller
            node.id=3
            controller.quorum.voters=3@localhost:9093
            listeners=PLAINTEXT://:9092,CONTROLLER://[::1]:9093
            controller.listener.names=CONTROLLER
            listener.name.plaintext.ssl.key.password=a "b" \\ c\tü\u2028#
            log.dirs=/var/a , /var/b
            ssl.cipher.suites=
            max.connections.per.ip.overrides=10.0.0.1:3
            sasl.kerberos.service.name=null
            zookeeper.connect=old:2181
            no.such.key=secret
            """;
        var source = PropertiesReader.Read(Properties, "server.properties");
        var (yaml, users, missing, problem) = YamlWriter.Import(source, null, "/etc/users");
        var known = new ConfigurationSource([.. source.Entries.Where(entry => entry.Name is not ("zookeeper.connect" or "no.such.key"))], []);
        var before = NodeConfiguration.Load([known]).Required;
        var after = NodeConfiguration.Load([YamlReader.Read(yaml, "server.yaml")]).Required;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(problem, Is.Null);
            Assert.That(users, Is.Empty);
            Assert.That(missing, Is.Empty);
            Assert.That(after.Given.Keys, Is.EquivalentTo(before.Given.Keys));
            Assert.That(after.Given.Values.All(setting => ConfigurationValues.AreEqual(setting.Value, before.Given[setting.Name].Value)));
            Assert.That(yaml, Does.Contain("# zookeeper.connect is gone: "));
            Assert.That(yaml, Does.Contain("# not a known key: no.such.key\n"));
            Assert.That(yaml, Does.Not.Contain("secret"));
        }
    }

    [Test]
    public void A_login_file_becomes_keys_of_listeners()
    {
        const string Jaas = """
            // comment
            KafkaServer {
              org.apache.kafka.common.security.plain.PlainLoginModule required
                username="admin" password="a\"b;c" /* here */
                user_admin='x';
              org.apache.kafka.common.security.scram.ScramLoginModule required username=u;
            };
            inner.KafkaServer { com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true; };
            KafkaClient { x.Y required; };
            """;
        var source = PropertiesReader.Read("listeners=SASL_PLAINTEXT://:9092\nsasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256", "s");
        var (yaml, users, missing, problem) = YamlWriter.Import(source, Jaas, "/etc/users");
        var entries = YamlReader.Read(yaml, "s.yaml").Entries.ToDictionary(entry => entry.Name, entry => entry.Text);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(problem, Is.Null);
            Assert.That(entries["listener.name.sasl_plaintext.plain.sasl.jaas.config"], Is.EqualTo("""org.apache.kafka.common.security.plain.PlainLoginModule required username="admin" password="a\"b;c";"""));
            Assert.That(users.Select(static user => (user.Key, user.Value.Reveal())), Is.EqualTo([("admin", "x")]));
            Assert.That(entries["credentials.file.path"], Is.EqualTo("/etc/users"));
            Assert.That(missing, Is.Empty);
            Assert.That(entries.Keys, Does.Contain("listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config").And.Contain("listener.name.inner.gssapi.sasl.jaas.config"));
            Assert.That(entries, Has.Count.EqualTo(7));
        }
    }
}
