using Kafka.Modular.Client.Settings;

namespace Kafka.Modular.Client.Tests.Settings;

internal sealed class TlsOptionsTests
{
    [Test]
    public void Keys_of_TLS_are_read_and_secrets_are_not_shown()
    {
        var options = Parse(
            ("ssl.truststore.location", "/t.p12"), ("ssl.truststore.password", "s3cret"), ("ssl.truststore.type", "PKCS12"),
            ("ssl.keystore.location", "/k.pem"), ("ssl.keystore.password", "s3cret"), ("ssl.key.password", "s3cret"),
            ("ssl.enabled.protocols", "TLSv1.3"), ("ssl.cipher.suites", "TLS_AES_128_GCM_SHA256"), ("ssl.endpoint.identification.algorithm", ""));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(options.Tls!.TrustStore.Location, Is.EqualTo("/t.p12"));
            Assert.That(options.Tls.TrustStore.Password, Is.EqualTo("s3cret"));
            Assert.That(options.Tls.KeyStore.KeyPassword, Is.EqualTo("s3cret"));
            Assert.That(options.Tls.ChecksHost, Is.False);
            Assert.That(options.Tls.EnabledProtocols, Is.EqualTo(new[] { "TLSv1.3" }));
            Assert.That(options.Tls.CipherSuites, Is.EqualTo(new[] { "TLS_AES_128_GCM_SHA256" }));
            Assert.That(options.ToString(), Does.Not.Contain("s3cret"));
        }
    }

    [Test]
    public void Without_keys_the_system_is_trusted_and_hosts_are_checked()
    {
        var options = Parse();
        Assert.That(options.Tls!.TrustStore.IsEmpty);
        Assert.That(options.Tls.ChecksHost);
    }

    [TestCase("ssl.endpoint.identification.algorithm", "never")]
    [TestCase("ssl.engine.factory.class", "a.B")]
    public void A_value_that_cannot_be_used_is_named(string key, string value) =>
        Assert.That(() => Parse((key, value)), Throws.InstanceOf<ClientConfigurationException>().With.Message.Contains(key));

    private static ClientOptions Parse(params (string Key, string Value)[] more) => ClientOptions.Parse(
        ClientProperties.Of(more.Append(("bootstrap.servers", "a:1")).Append(("security.protocol", "SSL")).Select(each => KeyValuePair.Create(each.Item1, each.Item2))));
}
