using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Tests;

/// <summary>The listeners of a node.</summary>
public sealed class ListenerTests
{
    [TestCase("PLAINTEXT://localhost:9092", "PLAINTEXT", "localhost", 9092)]
    [TestCase("plaintext://:0", "PLAINTEXT", null, 0)]
    [TestCase("A_b-1://[::]:1", "A_B-1", "::", 1)]
    [TestCase("X://[fe80::1%eth0]:65535", "X", "fe80::1%eth0", 65535)]
    [TestCase("X://10.0.0.1:1", "X", "10.0.0.1", 1)]
    public void An_end_point_is_read(string text, string name, string? host, int port)
    {
        Assert.That(ListenerEndPoint.TrySplit(text, out var foundName, out var foundHost, out var foundPort), Is.True);
        Assert.That((foundName, foundHost, foundPort), Is.EqualTo((name, host, port)));
    }

    [TestCase("")]
    [TestCase("PLAINTEXT")]
    [TestCase("://host:1")]
    [TestCase("X://host")]
    [TestCase("X://host:")]
    [TestCase("X://host:-1")]
    [TestCase("X://host:65536")]
    [TestCase("X://[::1:1")]
    [TestCase("X://::1]:1")]
    [TestCase("X://ho st:1")]
    [TestCase("X://host:1/path")]
    public void What_is_no_end_point_is_refused(string text) => Assert.That(ListenerEndPoint.TrySplit(text, out _, out _, out _), Is.False);

    [TestCase("PLAINTEXT://localhost:9092")]
    [TestCase("X://:0")]
    [TestCase("X://[::1]:9093")]
    public void An_end_point_is_written_as_it_is_read(string text)
    {
        ListenerEndPoint.TrySplit(text, out var name, out var host, out var port);
        Assert.That(new ListenerEndPoint(name, SecurityProtocol.Plaintext, host, port).ToString(), Is.EqualTo(text));
    }

    [Test]
    public void The_built_in_layout_separates_clients_and_controllers()
    {
        var layout = NodeConfiguration.Load([BuiltInConfiguration.Source]).Required.Listeners;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(string.Join(' ', layout.Broker), Is.EqualTo("PLAINTEXT://localhost:9092"));
            Assert.That(string.Join(' ', layout.Controller), Is.EqualTo("CONTROLLER://localhost:9093"));
            Assert.That(string.Join(' ', layout.AdvertisedToBrokersAndClients), Is.EqualTo("PLAINTEXT://localhost:9092"));
            Assert.That(string.Join(' ', layout.AdvertisedByController), Is.EqualTo("CONTROLLER://localhost:9093"));
            Assert.That(layout.InterBrokerListenerName, Is.EqualTo("PLAINTEXT"));
            Assert.That(layout.EarlyStart, Is.EqualTo(["CONTROLLER"]));
        }
    }

    [Test]
    public void A_controller_listener_is_plaintext_where_nothing_is_secured()
    {
        var layout = Load("listeners", "PLAINTEXT://:9092,CTL://:9093", "controller.listener.names", "CTL").Listeners;
        Assert.That(layout.SecurityProtocols["CTL"], Is.EqualTo(SecurityProtocol.Plaintext));
    }

    [Test]
    public void Names_of_listeners_are_the_same_in_upper_and_lower_case()
    {
        var layout = Load(
            "listeners", "internal://:9092,Ctl://:9093", "controller.listener.names", "ctl", "inter.broker.listener.name", "Internal",
            "listener.security.protocol.map", "INTERNAL:plaintext,ctl:PLAINTEXT").Listeners;
        Assert.That(layout.All.Select(listener => listener.Name), Is.EqualTo(["INTERNAL", "CTL"]));
        Assert.That(layout.InterBrokerListenerName, Is.EqualTo("INTERNAL"));
    }

    [Test]
    public void A_controller_on_every_interface_advertises_the_name_of_its_machine()
    {
        var layout = Load("listeners", "PLAINTEXT://:9092,CONTROLLER://0.0.0.0:9093", "controller.listener.names", "CONTROLLER").Listeners;
        Assert.That(string.Join(' ', layout.AdvertisedByController), Is.EqualTo("CONTROLLER://:9093"));
    }

    [Test]
    public void A_listener_has_settings_of_its_own()
    {
        var configuration = Load(
            "listeners", "PLAINTEXT://:9092,SSL://:9094,CONTROLLER://:9093", "controller.listener.names", "CONTROLLER",
            "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,SSL:SASL_SSL,CONTROLLER:PLAINTEXT",
            "ssl.keystore.location", "/all.p12", "listener.name.ssl.ssl.keystore.location", "/one.p12", "listener.name.ssl.max.connections", "7",
            "sasl.jaas.config", "all", "listener.name.ssl.sasl.jaas.config", "listener", "listener.name.ssl.scram-sha-256.sasl.jaas.config", "mechanism");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(configuration.Settings<SslSettings>("SSL").SslKeystoreLocation, Is.EqualTo("/one.p12"));
            Assert.That(configuration.Settings<SslSettings>("PLAINTEXT").SslKeystoreLocation, Is.EqualTo("/all.p12"));
            Assert.That(configuration.Settings<NetworkSettings>("ssl").MaxConnections, Is.EqualTo(7));
            Assert.That(configuration.Settings<NetworkSettings>().MaxConnections, Is.EqualTo(int.MaxValue));
            Assert.That(configuration.Settings<SaslSettings>("SSL", "SCRAM-SHA-256").SaslJaasConfig!.Reveal(), Is.EqualTo("mechanism"));
            Assert.That(configuration.Settings<SaslSettings>("SSL", "PLAIN").SaslJaasConfig!.Reveal(), Is.EqualTo("listener"));
            Assert.That(configuration.Settings<SaslSettings>("CONTROLLER", "PLAIN").SaslJaasConfig!.Reveal(), Is.EqualTo("all"));
        }
    }

    private static NodeConfiguration Load(params string[] pairs)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["process.roles"] = "broker,controller",
            ["node.id"] = "1",
            ["controller.quorum.bootstrap.servers"] = "localhost:9093",
        };
        for (var i = 0; i < pairs.Length; i += 2)
        {
            values[pairs[i]] = pairs[i + 1];
        }

        return NodeConfiguration.Load(values).Required;
    }
}
