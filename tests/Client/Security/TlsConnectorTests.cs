using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Kafka.Modular.Client.Connections;
using Kafka.Modular.Client.Security;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Tests.Tls;
using Kafka.Modular.Core.Tls;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Client.Tests.Security;

internal sealed class TlsConnectorTests : ClientFixture
{
    private readonly TestAuthority _authority = new("CN=Test CA");

    public TlsConnectorTests() => Time.SetUtcNow(TimeProvider.System.GetUtcNow());

    [TearDown]
    public void Forget() => _authority.Dispose();

    [TestCase("TLSv1.2")]
    [TestCase("TLSv1.3")]
    public async Task Requests_go_over_a_connection_whose_certificate_is_trusted(string version)
    {
        string? name = null;
        using var certificate = _authority.Issue("CN=broker");
        var peer = TlsPeer(certificate, change: options =>
        {
            options.ServerCertificate = null;
            options.ServerCertificateSelectionCallback = (_, asked) =>
            {
                name = asked;
                return certificate;
            };
        });
        var connection = await ConnectAsync(peer, options => Trusting(options, tls => tls with { EnabledProtocols = [version] }));
        Assert.That(name, Is.EqualTo("localhost"), "the name is sent to the broker");
        var there = await peer.AcceptedAsync();
        Assert.That(((TlsTransport)there.Transport).Protocol, Is.EqualTo(version == "TLSv1.2" ? SslProtocols.Tls12 : SslProtocols.Tls13));
        var answer = connection.SendAsync(new ListGroupsRequest(), SendOptions.Default, CancellationToken.None);
        await there.AnswerAsync(await there.ReadAsync(), new ListGroupsResponse());
        Assert.That((await answer).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_chain_that_ends_nowhere_is_refused()
    {
        using var other = new TestAuthority("CN=Other CA");
        var peer = TlsPeer(other.Issue("CN=broker"));
        AssertRefused(peer, options => Trusting(options), "CN=Other CA, is not in the trust store and was not sent");
        AssertRefused(peer, options => options with { SecurityProtocol = ClientOptions.Ssl }, "is not trusted by the system and was not sent");
    }

    [Test]
    public async Task A_certificate_for_another_host_is_refused_unless_the_name_does_not_matter()
    {
        var peer = TlsPeer(_authority.Issue("CN=broker", ["kafka.example.org", "10.0.0.1"]));
        AssertRefused(peer, options => Trusting(options), "the certificate of CN=broker is not for localhost, but for kafka.example.org, 10.0.0.1");
        await ConnectAsync(peer, options => Trusting(options, tls => tls with { ChecksHost = false }));
    }

    [Test]
    public void A_certificate_that_has_expired_is_refused()
    {
        var ended = DateTimeOffset.UtcNow.AddDays(-2);
        var peer = TlsPeer(_authority.Issue("CN=broker", from: ended.AddDays(-5), until: ended));
        AssertRefused(peer, options => Trusting(options), "the certificate of CN=broker expired at ");
    }

    [Test]
    public void Versions_that_have_nothing_in_common_are_named()
    {
        var peer = TlsPeer(_authority.Issue("CN=broker"), change: options => options.EnabledSslProtocols = SslProtocols.Tls13);
        AssertRefused(peer, options => Trusting(options, tls => tls with { EnabledProtocols = ["TLSv1.2"] }), "ssl.enabled.protocols");
    }

    [Test]
    public void Who_does_not_speak_TLS_is_named()
    {
        var peer = Own(new ScriptedPeer(Network) { Secure = async plain =>
        {
            await plain.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), CancellationToken.None);
            return plain;
        } });
        AssertRefused(peer, options => Trusting(options), "the peer does not speak TLS");
    }

    [Test]
    public void Who_hangs_up_during_the_handshake_may_be_tried_again()
    {
        var peer = Own(new ScriptedPeer(Network) { Secure = async plain =>
        {
            await plain.ReceiveAsync(new byte[10], CancellationToken.None);
            throw new IOException("Kafka's brokers close a connection whose first bytes are no size.");
        } });
        var fault = Assert.ThrowsAsync<KafkaClientException>(() => ConnectAsync(peer, options => Trusting(options)));
        Assert.That(fault.Code, Is.EqualTo(ErrorCode.NetworkException));
        Assert.That(fault.Message, Does.Contain("the listener may not speak TLS"));
        Assert.That(fault.IsRetriable);
    }

    [TestCase("TLSv1.2")]
    [TestCase("TLSv1.3")]
    public async Task A_broker_that_asks_for_a_certificate_gets_the_one_of_the_key_store(string version)
    {
        var peer = TlsPeer(_authority.Issue("CN=broker"), change: options => Require(options, new PeerTrust(Trust(_authority))));
        var certificate = _authority.Issue("CN=alice");
        await ConnectAsync(peer, options => Trusting(options, tls => tls with { EnabledProtocols = [version], KeyStore = KeyStoreOf(certificate) }));
        var there = await peer.AcceptedAsync();
        Assert.That(((TlsTransport)there.Transport).RemoteCertificate!.Subject, Is.EqualTo("CN=alice"));
    }

    [TestCase("TLSv1.2")]
    [TestCase("TLSv1.3")]
    public void A_broker_that_closes_for_want_of_a_certificate_that_it_trusts_is_understood(string version)
    {
        using var other = new TestAuthority("CN=Other CA");
        var peer = TlsPeer(_authority.Issue("CN=broker"), change: options => Require(options, new PeerTrust(Trust(_authority))));
        foreach (var store in new[] { new KeyStoreSource(), KeyStoreOf(other.Issue("CN=alice")) })
        {
            var fault = Assert.ThrowsAsync<KafkaClientException>(
                () => ConnectAsync(peer, options => Trusting(options, tls => tls with { EnabledProtocols = [version], KeyStore = store })));
            Assert.That(fault.Message, Does.Contain("closed right after the TLS handshake; the broker may ask for a certificate"));
        }
    }

    [TestCase("error:0A00045C:SSL routines::tlsv13 alert certificate required", "the broker asks for a certificate of the client")]
    [TestCase("error:0A000418:SSL routines::tlsv1 alert unknown ca", "does not trust the issuer of the client's certificate")]
    [TestCase("error:0A000415:SSL routines::ssl/tls alert certificate expired", "has expired")]
    [TestCase("error:0A000412:SSL routines::sslv3 alert bad certificate", "does not accept the client's certificate")]
    [TestCase("error:0A00042E:SSL routines::tlsv1 alert protocol version", "ssl.enabled.protocols")]
    [TestCase("error:0A000410:SSL routines::sslv3 alert handshake failure", "ssl.cipher.suites")]
    [TestCase("error:0A000438:SSL routines::tlsv1 alert internal error", "alert internal error")]
    public void An_alert_of_the_broker_is_told_in_words(string text, string expected)
    {
        var fault = new IOException("The decryption operation failed, see inner exception.", new InvalidOperationException("SSL error", new InvalidOperationException(text)));
        Assert.That(TlsFaults.Alert(fault), Does.Contain(expected));
        Assert.That(TlsFaults.Alert(new IOException("reset")), Is.Null);
    }

    [Test]
    public void Stores_that_cannot_be_used_are_named_when_the_client_begins()
    {
        var options = Options(new BrokerAddress("localhost", 1));
        Assert.That(
            () => Cluster(Trusting(options, tls => tls with { TrustStore = new TrustStoreSource { Location = "/nowhere/trust.pem" } })),
            Throws.InstanceOf<ClientConfigurationException>().With.Message.Contains("ssl.truststore.location: the file /nowhere/trust.pem does not exist"));
        Assert.That(
            () => Cluster(Trusting(options, tls => tls with { CipherSuites = ["NONE"] })),
            Throws.InstanceOf<ClientConfigurationException>().With.Message.Contains("ssl.cipher.suites"));
    }

    private static TrustStore Trust(TestAuthority authority) => TrustStore.Load(new TrustStoreSource { Certificates = authority.Pem });

    private static KeyStoreSource KeyStoreOf(X509Certificate2 certificate) =>
        new() { Key = TestAuthority.PrivateKeyPem(certificate), CertificateChain = certificate.ExportCertificatePem() };

    private static void Require(SslServerAuthenticationOptions options, PeerTrust trust)
    {
        options.ClientCertificateRequired = true;
        options.CertificateChainPolicy = trust.CreatePolicy();
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => trust.Refusal(certificate, chain, errors, null) is null;
    }

    private ClientOptions Trusting(ClientOptions options, Func<TlsOptions, TlsOptions>? change = null)
    {
        var tls = new TlsOptions { TrustStore = new TrustStoreSource { Certificates = _authority.Pem } };
        return options with { SecurityProtocol = ClientOptions.Ssl, Tls = change?.Invoke(tls) ?? tls };
    }

    private ScriptedPeer TlsPeer(X509Certificate2 certificate, Action<SslServerAuthenticationOptions>? change = null)
    {
        var options = new SslServerAuthenticationOptions { ServerCertificate = certificate };
        change?.Invoke(options);
        return Own(new ScriptedPeer(Network)
        {
            Secure = async plain => await TlsTransport.AcceptAsync(plain, default, Buffers, options, CancellationToken.None),
        });
    }

    private void AssertRefused(ScriptedPeer peer, Func<ClientOptions, ClientOptions> change, string reason)
    {
        var fault = Assert.ThrowsAsync<KafkaClientException>(() => ConnectAsync(peer, change));
        Assert.That(fault.Message, Does.StartWith("SSL handshake failed with localhost").And.Contain(reason), fault.ToString());
        Assert.That(fault.IsTlsFailure);
        Assert.That(fault.IsRetriable, Is.False);
    }
}
