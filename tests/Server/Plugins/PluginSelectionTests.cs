using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Server.Plugins;
using Kafka.Modular.Spi.Plugins;

namespace Kafka.Modular.Server.Tests.Plugins;

public sealed class PluginSelectionTests
{
    [Test]
    public void Without_sasl_listeners_no_mechanism_is_loaded()
        => Assert.That(Read(("listeners", "PLAINTEXT://:9092"), ("sasl.enabled.mechanisms", "PLAIN")).Sasl, Is.Empty);

    [Test]
    public void The_mechanisms_of_sasl_listeners_choose_the_plugins()
        => Assert.That(
            Read(
                ("listeners", "INSIDE://:9092,outside://:9094,PLAINTEXT://:9095"),
                ("listener.security.protocol.map", "INSIDE:SASL_PLAINTEXT,OUTSIDE:SASL_SSL,PLAINTEXT:PLAINTEXT"),
                ("listener.name.outside.sasl.enabled.mechanisms", "SCRAM-SHA-256, SCRAM-SHA-512"),
                ("listener.name.plaintext.sasl.enabled.mechanisms", "GSSAPI"),
                ("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256")).Sasl,
            Is.EqualTo(new[] { "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512" }));

    [Test]
    public void A_sasl_listener_without_mechanisms_has_kafkas_default()
        => Assert.That(Read(("listeners", "SASL_PLAINTEXT://:9092")).Sasl, Is.EqualTo(new[] { "GSSAPI" }));

    [Test]
    public void A_list_of_mechanisms_wins()
        => Assert.That(
            Read(("listeners", "SASL_PLAINTEXT://:9092"), ("sasl.enabled.mechanisms", "PLAIN"), ("plugins.sasl", "PLAIN,SCRAM-SHA-512")).Sasl,
            Is.EqualTo(new[] { "PLAIN", "SCRAM-SHA-512" }));

    [TestCase(null, null, null)]
    [TestCase("", null, null)]
    [TestCase("org.apache.kafka.metadata.authorizer.StandardAuthorizer", null, "acl")]
    [TestCase("org.apache.kafka.metadata.authorizer.StandardAuthorizer", "mine", "mine")]
    public void The_authorizer_follows_the_class_of_apaches_own(string? className, string? id, string? expected)
    {
        var values = new List<(string, string)>();
        if (className is not null)
            values.Add(("authorizer.class.name", className));
        if (id is not null)
            values.Add(("plugins.authorizer", id));
        Assert.That(Read([.. values]).Authorizer, Is.EqualTo(expected));
    }

    [Test]
    public void Everything_that_is_chosen_is_wanted_once()
        => Assert.That(
            Read(("plugins.compression", "gzip"), ("plugins.sasl", "PLAIN,PLAIN"), ("plugins.credentials", "file"), ("plugins.authorizer", "acl")).Wanted,
            Is.EqualTo(new[]
            {
                (PluginKind.Storage, "file"), (PluginKind.Compression, "gzip"), (PluginKind.Sasl, "PLAIN"), (PluginKind.Credentials, "file"), (PluginKind.Authorizer, "acl"),
            }));

    private static PluginSelection Read(params (string Name, string Value)[] values)
        => PluginSelection.Read([ConfigurationSource.Of(values.Select(each => KeyValuePair.Create(each.Name, each.Value)), "test")]);
}
