using System.Net.Security;
using System.Security.Authentication;
using Kafka.Modular.Core.Tls;

namespace Kafka.Modular.Core.Tests.Tls;

public sealed class TlsVersionsTests
{
    [TestCase("TLSv1.2,TLSv1.3", "TLSv1.3", SslProtocols.Tls12 | SslProtocols.Tls13)]
    [TestCase("TLSv1.2,TLSv1.3", "TLSv1.2", SslProtocols.Tls12)]
    [TestCase("TLSv1.3", "TLS", SslProtocols.Tls13)]
    [TestCase("", "TLSv1.2", SslProtocols.Tls12)]
    public void Versions_are_those_enabled_up_to_the_newest(string enabled, string newest, SslProtocols expected) =>
        Assert.That(Read(enabled, newest).Protocols, Is.EqualTo(expected));

    [Test]
    public void Cipher_suites_bound_the_versions()
    {
        var versions = Read("TLSv1.2,TLSv1.3", "TLSv1.3", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");

        Assert.That(versions.Protocols, Is.EqualTo(SslProtocols.Tls12));
        Assert.That(versions.CipherSuites!.AllowedCipherSuites, Is.EqualTo(new[] { TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 }));
        Assert.That(Read("TLSv1.2,TLSv1.3", "TLSv1.3", "TLS_AES_128_GCM_SHA256").Protocols, Is.EqualTo(SslProtocols.Tls13));
    }

    [TestCase("TLSv1.1", "TLSv1.3", "", "ssl.enabled.protocols: TLSv1.1 is not served; expected TLSv1.2 or TLSv1.3")]
    [TestCase("TLSv1.2", "SSLv3", "", "ssl.protocol: SSLv3 is not served; expected TLSv1.3 or TLSv1.2")]
    [TestCase("TLSv1.3", "TLSv1.2", "", "ssl.enabled.protocols: TLSv1.3 leaves nothing, since ssl.protocol is TLSv1.2")]
    [TestCase("TLSv1.2", "TLSv1.3", "AES", "ssl.cipher.suites: AES is not known")]
    [TestCase("TLSv1.2", "TLSv1.3", "4865", "ssl.cipher.suites: 4865 is not known")]
    [TestCase("TLSv1.2", "TLSv1.3", "TLS_AES_128_GCM_SHA256", "ssl.cipher.suites: none of TLS_AES_128_GCM_SHA256 is for a version in ssl.enabled.protocols")]
    public void What_is_not_known_is_named(string enabled, string newest, string suites, string message) =>
        Assert.That(() => Read(enabled, newest, suites), Throws.TypeOf<TlsConfigurationException>().With.Message.StartsWith(message));

    private static TlsVersions Read(string enabled, string newest, string suites = "") =>
        TlsVersions.Read(enabled.Split(',', StringSplitOptions.RemoveEmptyEntries), newest, suites.Split(',', StringSplitOptions.RemoveEmptyEntries));
}
