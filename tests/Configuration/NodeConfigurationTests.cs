using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Tests;

/// <summary>A node's configuration from its sources.</summary>
public sealed class NodeConfigurationTests
{
    [Test]
    public void The_built_in_configuration_is_valid()
    {
        var configuration = NodeConfiguration.Load([BuiltInConfiguration.Source]).Required;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(configuration.Settings<NodeSettings>().NodeId, Is.EqualTo(1));
            Assert.That(configuration.Settings<NodeSettings>().ProcessRoles, Is.EqualTo(["broker", "controller"]));
            Assert.That(configuration.Settings<GroupSettings>().GroupInitialRebalanceDelayMs, Is.Zero);
            Assert.That(configuration.Settings<LogSettings>().LogDirs, Is.EqualTo(["./data"]));
        }
    }

    [Test]
    public void Yaml_nests_at_any_dot_and_lists_take_either_form()
    {
        const string Yaml = """
            process.roles: [broker, controller]
            node: {id: 7}
            controller.listener.names: CONTROLLER
            log:
              dirs: a, b
              retention:
                minutes: 2
            """;
        var configuration = NodeConfiguration.Load([BuiltInConfiguration.Source, YamlReader.Read(Yaml, "server.yaml")]).Required;
        var log = configuration.Settings<LogSettings>();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(configuration.Settings<NodeSettings>().NodeId, Is.EqualTo(7));
            Assert.That(log.LogDirs, Is.EqualTo(["a", "b"]));
            Assert.That(log.LogRetentionMs, Is.EqualTo(120_000));
            Assert.That(configuration.Find(BrokerKeys.NodeId)!.Origin.ToString(), Is.EqualTo("server.yaml:2"));
        }
    }

    [Test]
    public void A_topic_follows_the_broker_where_it_sets_nothing()
    {
        var configuration = NodeConfiguration.Load([BuiltInConfiguration.Source, ConfigurationSource.Of([new("log.roll.hours", "2"), new("message.max.bytes", "5000")])]).Required;
        var topic = ResourceSettings.Read<TopicSettings>(configuration, new Dictionary<string, string> { ["max.message.bytes"] = "77" });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(topic.SegmentMs, Is.EqualTo(7_200_000));
            Assert.That(topic.MaxMessageBytes, Is.EqualTo(77));
            Assert.That(topic.RetentionMs, Is.EqualTo(604_800_000));
        }
    }

    [Test]
    public void Settings_made_without_values_hold_the_defaults()
    {
        var configuration = NodeConfiguration.Load([new("node.id", "1"), new("process.roles", "broker"), new("controller.listener.names", "C"), new("controller.quorum.bootstrap.servers", "c:9093")]).Required;
        Assert.That(configuration.Settings<NetworkSettings>().SocketRequestMaxBytes, Is.EqualTo(new NetworkSettings().SocketRequestMaxBytes));
        Assert.That(configuration.Settings<LogSettings>().LogRetentionMs, Is.EqualTo(new LogSettings().LogRetentionMs));
    }
}
