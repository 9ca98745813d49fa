using Kafka.Modular.Configuration;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Listeners;

namespace Kafka.Modular.Network.Tests.Listeners;

public sealed class ListenerParserTests
{
    private static readonly NetworkSettings _defaults = new();

    [Test]
    public void Names_hosts_and_ports_are_read()
    {
        var settings = _defaults with
        {
            Listeners = ["plaintext://:9092", "INTERNAL://broker-1.example_x:9093", "LOCAL://[::1]:0", "V4://10.0.0.1:9095"],
            ListenerSecurityProtocolMap = "PLAINTEXT:PLAINTEXT, internal:sasl_ssl,LOCAL:SSL,V4:SASL_PLAINTEXT",
        };

        Assert.That(ListenerParser.Parse(settings, []), Is.EqualTo(new ListenerEndPoint[]
        {
            new("PLAINTEXT", SecurityProtocol.Plaintext, "", 9092),
            new("INTERNAL", SecurityProtocol.SaslSsl, "broker-1.example_x", 9093),
            new("LOCAL", SecurityProtocol.Ssl, "::1", 0),
            new("V4", SecurityProtocol.SaslPlaintext, "10.0.0.1", 9095),
        }));
    }

    [Test]
    public void A_listener_is_written_as_it_is_read() =>
        Assert.That(
            ListenerParser.Parse(_defaults with { Listeners = ["PLAINTEXT://[fe80::1]:1", "SSL://h:2"] }, []).Select(static l => l.ToString()),
            Is.EqualTo(new[] { "PLAINTEXT://[fe80::1]:1", "SSL://h:2" }));

    [TestCase("PLAINTEXT://host", "expected NAME://host:port")]
    [TestCase("host:9092", "expected NAME://host:port")]
    [TestCase("PLAINTEXT://host:65536", "expected NAME://host:port")]
    [TestCase("PLAINTEXT://host:-1", "expected NAME://host:port")]
    [TestCase("PLAINTEXT://ho st:1", "expected NAME://host:port")]
    [TestCase("PLAINTEXT://::1:9092", "expected NAME://host:port")]
    [TestCase("CLIENTS://:9092", "listener CLIENTS has no entry in listener.security.protocol.map")]
    public void A_listener_that_cannot_be_read_is_named(string listener, string expected) =>
        Assert.That(
            () => ListenerParser.Parse(_defaults with { Listeners = [listener] }, []),
            Throws.TypeOf<ListenerException>().With.Message.Contains(expected));

    [Test]
    public void No_listener_at_all_is_refused() =>
        Assert.That(() => ListenerParser.Parse(_defaults with { Listeners = [] }, []), Throws.TypeOf<ListenerException>());

    [Test]
    public void Two_listeners_of_one_name_are_refused() =>
        Assert.That(
            () => ListenerParser.Parse(_defaults with { Listeners = ["SSL://a:1", "ssl://b:2"] }, []),
            Throws.TypeOf<ListenerException>().With.Message.Contains("same name"));

    [TestCase("0.0.0.0", "[::]", true)]
    [TestCase("127.0.0.1", "[::1]", true)]
    [TestCase("127.0.0.1", "127.0.0.2", false)]
    [TestCase("a", "b", false)]
    [TestCase("", "[::]", false)]
    public void A_port_may_be_shared_by_an_address_of_each_family_alone(string first, string second, bool allowed)
    {
        var settings = _defaults with { Listeners = [$"PLAINTEXT://{first}:9092", $"SSL://{second}:9092"] };

        Assert.That(
            () => ListenerParser.Parse(settings, []),
            allowed ? Throws.Nothing : Throws.TypeOf<ListenerException>().With.Message.Contains("same port"));
    }

    [Test]
    public void A_protocol_map_that_cannot_be_read_is_refused() =>
        Assert.That(
            () => ListenerParser.Parse(_defaults with { ListenerSecurityProtocolMap = "PLAINTEXT:TLS" }, []),
            Throws.TypeOf<ListenerException>().With.Message.Contains("'PLAINTEXT:TLS'"));

    [Test]
    public void Controller_listeners_are_PLAINTEXT_unless_the_map_was_given()
    {
        var settings = _defaults with { Listeners = ["CONTROLLER://:9093"] };
        Assert.That(ListenerParser.Parse(settings, ["CONTROLLER"])[0].Protocol, Is.EqualTo(SecurityProtocol.Plaintext));

        Assert.That(
            () => ListenerParser.Parse(settings with { ListenerSecurityProtocolMap = "A:SSL" }, ["CONTROLLER"]),
            Throws.TypeOf<ListenerException>());
    }

    [Test]
    public void Without_advertised_listeners_those_of_the_broker_are_advertised()
    {
        var settings = _defaults with { Listeners = ["PLAINTEXT://a:1", "CONTROLLER://a:2"] };

        Assert.That(
            ListenerParser.ParseAdvertised(settings, ["CONTROLLER"]),
            Is.EqualTo(new[] { new ListenerEndPoint("PLAINTEXT", SecurityProtocol.Plaintext, "a", 1) }));
    }

    [Test]
    public void A_wildcard_cannot_be_advertised([Values("0.0.0.0", "[::]")] string host) =>
        Assert.That(
            () => ListenerParser.ParseAdvertised(_defaults with { AdvertisedListeners = [$"PLAINTEXT://{host}:1"] }, []),
            Throws.TypeOf<ListenerException>().With.Message.Contains("advertised.listeners"));

    [Test]
    public void Advertised_listeners_may_share_a_port() =>
        Assert.That(
            ListenerParser.ParseAdvertised(_defaults with { AdvertisedListeners = ["PLAINTEXT://a:1", "SSL://b:1"] }, []),
            Has.Count.EqualTo(2));
}
