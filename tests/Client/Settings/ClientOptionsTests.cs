using Kafka.Modular.Client.Settings;

namespace Kafka.Modular.Client.Tests.Settings;

internal sealed class ClientOptionsTests
{
    [Test]
    public void A_file_of_properties_is_read_with_Kafkas_names()
    {
        var options = ClientOptions.Parse(ClientProperties.Read(
            """
            # of a tool
            bootstrap.servers = one:9092, [::1]:9093
            client.id=tool
            request.timeout.ms=1500
            connections.max.idle.ms=-1
            """,
            "client.properties"));
        Assert.That(options.BootstrapServers, Is.EqualTo(new[] { new BrokerAddress("one", 9092), new BrokerAddress("::1", 9093) }));
        Assert.That(options.ClientId, Is.EqualTo("tool"));
        Assert.That(options.RequestTimeout, Is.EqualTo(TimeSpan.FromMilliseconds(1500)));
        Assert.That(options.ConnectionsMaximumIdle, Is.Null);
        Assert.That(options.ApiTimeout, Is.EqualTo(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public void Controllers_may_be_named_instead_of_brokers() =>
        Assert.That(ClientOptions.Parse(ClientProperties.Empty.With("bootstrap.controllers", "c:9093")).UsesControllers);

    [TestCase("bootstrap.servers", "", "bootstrap.servers")]
    [TestCase("bootstrap.servers", "localhost", "localhost")]
    [TestCase("bootstrap.servers", "localhost:x", "localhost:x")]
    [TestCase("request.timeout.ms", "soon", "request.timeout.ms")]
    [TestCase("request.timeout.ms", "-1", "request.timeout.ms")]
    [TestCase("security.protocol", "TLS", "security.protocol")]
    [TestCase("allow.auto.create.topics", "yes", "allow.auto.create.topics")]
    public void A_value_that_cannot_be_used_is_named(string key, string value, string named)
    {
        var properties = ClientProperties.Empty.With("bootstrap.servers", "a:1").With(key, value);
        Assert.That(() => ClientOptions.Parse(properties), Throws.InstanceOf<ClientConfigurationException>().With.Message.Contains(named));
    }

    [Test]
    public void A_file_that_is_not_there_is_named() =>
        Assert.That(() => ClientProperties.ReadFile("/nowhere/client.properties"), Throws.InstanceOf<ClientConfigurationException>().With.Message.Contains("/nowhere"));

    [TestCase("PLAINTEXT://host:9092", "host:9092")]
    [TestCase("[fe80::1]:9092", "[fe80::1]:9092")]
    public void An_address_is_read_and_written(string text, string written)
    {
        Assert.That(BrokerAddress.TryParse(text, out var address));
        Assert.That(address.ToString(), Is.EqualTo(written));
    }
}
