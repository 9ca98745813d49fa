using Kafka.Modular.Configuration.Checks;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Tests;

/// <summary>Every way in which a single key can be wrong, with the line an operator reads.</summary>
public sealed class ProblemTests
{
    [TestCase("log.retention.mss: 1", "s.yaml:1: log.retention.mss: not a known key; did you mean log.retention.ms?")]
    [TestCase("log:\n  retention:\n    mss: 1", "s.yaml:3: log.retention.mss: not a known key; did you mean log.retention.ms?")]
    [TestCase("something.quite.different: 1", "s.yaml:1: something.quite.different: not a known key")]
    [TestCase("retention.ms: 1", "s.yaml:1: retention.ms: not a known key; it is a topic's key; the broker's default for it is log.retention.ms")]
    [TestCase("remote.storage.enable: true", "s.yaml:1: remote.storage.enable: not a known key; it is a topic's key; set it with kafka-configs --alter --entity-type topics")]
    [TestCase("share.isolation.level: x", "s.yaml:1: share.isolation.level: not a known key; it is a group's key; set it with kafka-configs --alter --entity-type groups")]
    [TestCase("super.users: User:a", "s.yaml:1: super.users: not a known key; it belongs to the authorizer, which is not chosen; set plugins.authorizer to acl")]
    [TestCase("socket.request.max.bytes: many", "s.yaml:1: socket.request.max.bytes: expected an integer of at least 1, found 'many'; units are B, KiB, MiB, GiB, TiB")]
    [TestCase("socket.request.max.bytes: 0", "s.yaml:1: socket.request.max.bytes: expected an integer of at least 1, found '0'")]
    [TestCase("log.retention.ms: 7x", "s.yaml:1: log.retention.ms: expected a 64-bit integer, found '7x'; units are ms, s, m, h, d")]
    [TestCase("compression.gzip.level: 0", "s.yaml:1: compression.gzip.level: expected an integer from 1 to 9, or -1, found '0'")]
    [TestCase("auto.create.topics.enable: yes", "s.yaml:1: auto.create.topics.enable: expected true or false, found 'yes'")]
    [TestCase("log.cleaner.min.cleanable.ratio: 2", "s.yaml:1: log.cleaner.min.cleanable.ratio: expected a number from 0 to 1, found '2'")]
    [TestCase("log.message.timestamp.type: Now", "s.yaml:1: log.message.timestamp.type: expected one of CreateTime, LogAppendTime, found 'Now'")]
    [TestCase("process.roles: [broker, observer]", "s.yaml:1: process.roles: expected a list of broker, controller, found 'broker,observer'")]
    [TestCase("controller.quorum.voters: host:1", "s.yaml:1: controller.quorum.voters: expected a list of voters as id@host:port, found 'host:1'")]
    [TestCase("num.partitions: [1, 2]", "s.yaml:1: num.partitions: expected an integer of at least 1, found a list")]
    [TestCase("log.dirs: [\"a,b\"]", "s.yaml:1: log.dirs: an item of a list must not contain ',', found 'a,b'")]
    [TestCase("num.partitions:", "s.yaml:1: num.partitions: expected an integer of at least 1, found nothing; leave the key out to take its default")]
    [TestCase("leader.replication.throttled.rate: 1", "s.yaml:1: leader.replication.throttled.rate: this is set while the server runs, with kafka-configs --alter --entity-type brokers, and not in a file")]
    [TestCase("log.dirs: ${env:NO_SUCH_VARIABLE_HERE}", "s.yaml:1: log.dirs: ${env:NO_SUCH_VARIABLE_HERE} names an environment variable that is not set")]
    [TestCase("zookeeper.connect: a:1", "s.yaml:1: zookeeper.connect: this key is gone; ZooKeeper is gone since Kafka 4.0; name the controllers in controller.quorum.bootstrap.servers and this node's role in process.roles")]
    [TestCase("zookeeper.ssl.client.enable: true", "s.yaml:1: zookeeper.ssl.client.enable: this key is gone; ZooKeeper is gone since Kafka 4.0; name the controllers in controller.quorum.bootstrap.servers and this node's role in process.roles")]
    [TestCase("inter.broker.protocol.version: 3.9", "s.yaml:1: inter.broker.protocol.version: this key is gone; the cluster's metadata.version takes its place; raise it with kafka-features upgrade")]
    [TestCase("log.message.format.version: 2.8", "s.yaml:1: log.message.format.version: this key is gone; records are always stored in the current format; leave it out")]
    [TestCase("broker.id.generation.enable: true", "s.yaml:1: broker.id.generation.enable: this key is gone; ids are no longer made; set node.id")]
    [TestCase("port: 9092", "s.yaml:1: port: this key is gone; use listeners, as NAME://host:port")]
    [TestCase("authorizer.class.name: com.acme.Authorizer", "s.yaml:1: authorizer.class.name: 'com.acme.Authorizer' is not known here; another authorizer is a plugin, chosen by plugins.authorizer; Apache's own is org.apache.kafka.metadata.authorizer.StandardAuthorizer")]
    [TestCase("metric.reporters: com.acme.Reporter", "s.yaml:1: metric.reporters: 'com.acme.Reporter' is not known here; metrics are served at http.listeners")]
    [TestCase("create.topic.policy.class.name: com.acme.Policy", "s.yaml:1: create.topic.policy.class.name: 'com.acme.Policy' is not known here; policies cannot be plugged in; leave it out")]
    [TestCase("group.consumer.assignors: [range, com.acme.Assignor]", "s.yaml:1: group.consumer.assignors: 'range,com.acme.Assignor' is not known here; known are uniform and range")]
    [TestCase("listener.name.plaintext.ssl.key.pasword: x", "s.yaml:1: listener.name.plaintext.ssl.key.pasword: not a known key; did you mean listener.name.plaintext.ssl.key.password?")]
    [TestCase("listener.name.plaintext.log.dirs: x", "s.yaml:1: listener.name.plaintext.log.dirs: not a known key; log.dirs cannot be set for one listener alone")]
    [TestCase("listener.name.plaintext: x", "s.yaml:1: listener.name.plaintext: not a known key; the form is listener.name.<listener>.<key>")]
    [TestCase("listener.name.other.max.connections: 1", "s.yaml:1: listener.name.other.max.connections: there is no listener 'other'; listeners are plaintext, controller")]
    [TestCase("listener.name.PLAINTEXT.max.connections: 1", "s.yaml:1: listener.name.PLAINTEXT.max.connections: there is no listener 'PLAINTEXT'; write it in lower case: listener.name.plaintext.")]
    public void A_wrong_key_is_named_with_its_line(string yaml, string problem) => Assert.That(Problems(yaml), Is.EqualTo([problem]));

    [Test]
    public void Every_problem_is_reported_at_once() =>
        Assert.That(Problems("num.partitions: x\nlog.retention.mss: 1\nport: 1"), Has.Count.EqualTo(3));

    [Test]
    public void What_must_be_given_is_asked_for()
    {
        var problems = NodeConfiguration.Load([new KeyValuePair<string, string>("num.partitions", "1")]).Problems.Select(problem => problem.ToString()).ToList();
        Assert.That(problems, Is.EqualTo([
            "controller.listener.names: this key must be given, as a list; Names of the listeners that the controllers serve; the first one is also what brokers use to reach the controllers.",
            "node.id: this key must be given, as an integer of at least 0; Id of this node, unique in the cluster.",
            "process.roles: this key must be given, as a list of broker, controller; Roles of this node: broker, controller, or both.",
        ]));
    }

    [Test]
    public void A_slip_in_a_required_key_is_one_problem()
    {
        var problems = NodeConfiguration.Load([new("node.idd", "1"), new("process.roles", "controller"), new("controller.listener.names", "C")]).Problems;
        Assert.That(problems.Select(problem => problem.ToString()), Is.EqualTo(["given at start: node.idd: not a known key; did you mean node.id?"]));
    }

    [Test]
    public void A_secret_is_never_part_of_a_problem([ValueSource(nameof(SecretKeys))] string key)
    {
        var source = new ConfigurationSource([new(key, null, ["s3cret,", "b"], new(ConfigurationOriginKind.File, "s.yaml", 1)), new(key + "x", "s3cret", null, default)], []);
        foreach (var problem in NodeConfiguration.Load([BuiltInConfiguration.Source, source]).Problems)
        {
            Assert.That(problem.ToString(), Does.Not.Contain("s3cret"));
        }
    }

    [Test]
    public void The_number_of_a_node_may_have_its_older_name()
    {
        var values = BuiltInConfiguration.Source.Entries.Where(entry => entry.Name != "node.id").Select(entry => new KeyValuePair<string, string>(entry.Name, entry.Text!))
            .Append(new("broker.id", "5"));
        Assert.That(NodeConfiguration.Load(values).Required.Settings<NodeSettings>().NodeId, Is.EqualTo(5));
    }

    [Test]
    public void A_broker_id_below_zero_is_refused()
    {
        var problems = NodeConfiguration.Load([new("broker.id", "-1"), new("process.roles", "broker"), new("controller.listener.names", "C")]).Problems;
        Assert.That(problems.Select(problem => problem.Key), Is.EqualTo(["broker.id"]));
    }

    [Test]
    public void An_unknown_variable_of_the_environment_is_a_warning_unless_it_is_nearly_a_key()
    {
        var result = NodeConfiguration.Load([BuiltInConfiguration.Source, EnvironmentReader.Read([new("KAFKA_PORT_9092_TCP_ADDR", "10.0.0.1")])]);
        Assert.That(result.Required.Warnings.Select(warning => warning.ToString()), Is.EqualTo(["environment variable KAFKA_PORT_9092_TCP_ADDR: port.9092.tcp.addr: not a known key"]));
        var slip = NodeConfiguration.Load([BuiltInConfiguration.Source, EnvironmentReader.Read([new("KAFKA_LOG_DIR_S", "x")])]);
        Assert.That(slip.Problems, Has.Count.EqualTo(1));
    }

    [Test]
    public void Apaches_own_classes_are_known()
    {
        const string Yaml = """
            authorizer.class.name: org.apache.kafka.metadata.authorizer.StandardAuthorizer
            principal.builder.class: org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder
            metric.reporters: [org.apache.kafka.common.metrics.JmxReporter]
            replica.selector.class: org.apache.kafka.common.replica.RackAwareReplicaSelector
            """;
        var configuration = NodeConfiguration.Load([BuiltInConfiguration.Source, YamlReader.Read(Yaml, "s.yaml")]).Required;
        Assert.That(configuration.AuthorizerPlugin, Is.EqualTo("acl"));
    }

    [Test]
    public void Every_key_that_names_a_class_is_looked_at_and_accepts_its_default()
    {
        var named = BrokerKeys.All.Where(key => key.Type == ConfigurationType.Class || key.Name.EndsWith(".class.name", StringComparison.Ordinal) || key.Name.EndsWith(".class", StringComparison.Ordinal));
        Assert.That(named.Select(key => key.Name), Is.SubsetOf(ApacheClasses.Names));
        foreach (var key in BrokerKeys.All)
        {
            _ = ConfigurationValues.TryRead(key, key.Default, out var value);
            Assert.That(ApacheClasses.Refusal(key, value), Is.Null, key.Name);
        }
    }

    [Test]
    public void No_key_is_both_gone_and_known() =>
        Assert.That(RemovedKeys.Names.Where(name => ConfigurationCatalog.Find(ConfigurationScope.Broker, name) is not null), Is.Empty);

    [Test]
    public void A_replacement_names_keys_that_exist()
    {
        var words = RemovedKeys.Names.SelectMany(name => RemovedKeys.Replacement(name)!.Split(' ', ',', ';')).Where(word => word.Contains('.', StringComparison.Ordinal) && word.Length > 8);
        string[] others = ["metadata.version", "eligible.leader.replicas.version"];
        Assert.That(words.Except(others).Where(word => ConfigurationCatalog.Find(ConfigurationScope.Broker, word) is null), Is.Empty);
    }

    [Test]
    public void References_may_use_the_names_that_config_providers_gives()
    {
        const string Yaml = """
            config.providers: [secrets]
            config.providers.secrets.class: org.apache.kafka.common.config.provider.EnvVarConfigProvider
            broker.rack: ${secrets:RACK}
            """;
        var result = NodeConfiguration.Load([BuiltInConfiguration.Source, YamlReader.Read(Yaml, "s.yaml")], null, new(name => name == "RACK" ? "r1" : null, File.ReadAllText));
        Assert.That(result.Required.Settings<NodeSettings>().BrokerRack, Is.EqualTo("r1"));
    }

    [TestCase("config.providers: vault", "s.yaml:1: config.providers: provider 'vault' has no class; set config.providers.vault.class")]
    [TestCase("config.providers.vault.class: com.acme.Vault", "s.yaml:1: config.providers.vault.class: 'com.acme.Vault' is not known here; known are Apache's FileConfigProvider, DirectoryConfigProvider and EnvVarConfigProvider")]
    public void A_provider_of_references_that_is_not_known_is_refused(string yaml, string problem) => Assert.That(Problems(yaml), Is.EqualTo([problem]));

    private static IEnumerable<string> SecretKeys => BrokerKeys.All.Where(key => key.IsSensitive).Select(key => key.Name);

    private static List<string> Problems(string yaml) =>
        [.. NodeConfiguration.Load([BuiltInConfiguration.Source, YamlReader.Read(yaml, "s.yaml")]).Problems.Select(problem => problem.ToString())];
}
