using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Core.Tests.Tls;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Listeners;
using Kafka.Modular.Network.Tests.Support;
using Kafka.Modular.Network.Tls;
using Kafka.Modular.Spi.Security;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Network.Tests.Tls;

/// <summary>What clients of a listener SSL see, and what the log says, over sockets and over memory alike.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class TlsListenerTests(bool sockets)
{
    private const string Required = "required";

    private readonly INetwork _network = sockets ? new SocketNetwork() : new MemoryNetwork();

    [Test]
    public async Task A_request_is_answered_over_each_version([Values(SslProtocols.Tls12, SslProtocols.Tls13)] SslProtocols version)
    {
        await using var fixture = await TlsFixture.StartAsync(_network);
        await using var client = await fixture.ConnectAsync(options => options.EnabledSslProtocols = version);

        Assert.That(await client.AskAsync("who"), Is.EqualTo("User:ANONYMOUS"));
        Assert.That(((TlsTransport)client.Transport).Protocol, Is.EqualTo(version));
        Assert.That(fixture.Server.Server.ConnectionCount, Is.EqualTo(1));
    }

    [Test]
    public async Task A_version_or_cipher_suite_that_is_not_enabled_is_refused()
    {
        await using var fixture = await TlsFixture.StartAsync(
            _network, settings => settings with { SslEnabledProtocols = ["TLSv1.3"], SslCipherSuites = ["TLS_CHACHA20_POLY1305_SHA256"] });
        await using var client = await fixture.ConnectAsync();
        Assert.That(((TlsTransport)client.Transport).CipherSuite.ToString(), Is.EqualTo("TLS_CHACHA20_POLY1305_SHA256"));
        Assert.CatchAsync(async () => await fixture.ConnectAsync(options => options.EnabledSslProtocols = SslProtocols.Tls12));

        await AssertLoggedAsync(fixture, "the client supports no version of TLS that is enabled here. See ssl.enabled.protocols.");
    }

    [TestCase(Required)]
    [TestCase("requested")]
    public async Task A_certificate_says_who_the_client_is(string auth)
    {
        await using var fixture = await TlsFixture.StartAsync(_network, settings => settings with { SslClientAuth = auth });
        using var certificate = fixture.Authority.Issue("CN=alice,O=Test");
        await using var client = await fixture.ConnectAsync(certificates: [certificate]);

        Assert.That(await client.AskAsync("who"), Is.EqualTo("User:CN=alice, O=Test"));
    }

    [Test]
    public async Task Without_a_certificate_a_client_is_anonymous_where_one_is_only_requested()
    {
        await using var fixture = await TlsFixture.StartAsync(_network, settings => settings with { SslClientAuth = "requested" });
        await using var client = await fixture.ConnectAsync();

        Assert.That(await client.AskAsync("who"), Is.EqualTo("User:ANONYMOUS"));
    }

    [Test]
    public async Task Without_a_certificate_a_client_is_turned_away_where_one_is_required([Values(SslProtocols.Tls12, SslProtocols.Tls13)] SslProtocols version)
    {
        await using var fixture = await TlsFixture.StartAsync(_network, settings => settings with { SslClientAuth = Required });

        await AssertTurnedAwayAsync(fixture, () => fixture.ConnectAsync(options => options.EnabledSslProtocols = version));
        await AssertLoggedAsync(fixture, "(SSL handshake failed): the client's certificate is refused: no certificate was sent. This listener requires one (ssl.client.auth).");
    }

    [Test]
    public async Task Where_SASL_says_who_it_is_no_certificate_is_asked_for_unless_the_listener_says_so()
    {
        await using var fixture = await TlsFixture.StartAsync(_network, settings => settings with { SslClientAuth = Required }, listener: "SASL_SSL", asksClients: false);
        await using var client = await fixture.ConnectAsync();

        Assert.That(await client.AskAsync("who"), Is.EqualTo("User:ANONYMOUS"));
    }

    [Test]
    public async Task Where_SASL_says_who_it_is_a_certificate_is_checked_and_says_nothing()
    {
        await using var fixture = await TlsFixture.StartAsync(_network, settings => settings with { SslClientAuth = Required }, new NoRule(), listener: "SASL_SSL");
        using var certificate = fixture.Authority.Issue("CN=alice");
        await using var client = await fixture.ConnectAsync(certificates: [certificate]);

        Assert.That(await client.AskAsync("who"), Is.EqualTo("User:ANONYMOUS"));
        await AssertTurnedAwayAsync(fixture, () => fixture.ConnectAsync());
    }

    [Test]
    public async Task A_certificate_of_another_authority_is_refused()
    {
        await using var fixture = await TlsFixture.StartAsync(_network, settings => settings with { SslClientAuth = "requested" });
        using var other = new TestAuthority("CN=Other");
        using var certificate = other.Issue("CN=mallory");

        await AssertTurnedAwayAsync(fixture, () => fixture.ConnectAsync(certificates: [certificate]));
        await AssertLoggedAsync(fixture, "the client's certificate is refused: the issuer of the certificate of CN=mallory, CN=Other, is not in the trust store and was not sent. See ssl.truststore.*");
    }

    [Test]
    public async Task A_certificate_of_another_authority_that_is_sent_along_is_refused()
    {
        await using var fixture = await TlsFixture.StartAsync(_network, settings => settings with { SslClientAuth = Required });
        using var other = new TestAuthority("CN=Other");
        using var middle = new TestAuthority("CN=Middle", other);
        using var certificate = middle.Issue("CN=mallory");

        await AssertTurnedAwayAsync(fixture, () => fixture.ConnectAsync(certificates: [certificate, middle.Certificate, other.Certificate]));
        await AssertLoggedAsync(fixture, "the issuer of the certificate of CN=Middle, CN=Other, is not in the trust store and was not sent");
    }

    [Test]
    public async Task A_certificate_that_expired_is_refused()
    {
        await using var fixture = await TlsFixture.StartAsync(_network, settings => settings with { SslClientAuth = Required });
        using var certificate = fixture.Authority.Issue("CN=old", from: DateTimeOffset.UtcNow.AddDays(-5), until: DateTimeOffset.UtcNow.AddDays(-1));

        await AssertTurnedAwayAsync(fixture, () => fixture.ConnectAsync(certificates: [certificate]));
        await AssertLoggedAsync(fixture, $"the certificate of CN=old expired at {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm:ss} UTC");
    }

    [Test]
    public async Task Any_certificate_in_the_trust_store_is_an_anchor()
    {
        using var other = new TestAuthority("CN=Other");
        using var middle = new TestAuthority("CN=Middle", other);
        using var alice = middle.Issue("CN=alice");
        using var bob = other.Issue("CN=bob");
        using var carol = other.Issue("CN=carol");
        await using var fixture = await TlsFixture.StartAsync(
            _network, settings => settings with { SslClientAuth = Required, SslTruststoreCertificates = new Secret(middle.Pem + "\n" + bob.ExportCertificatePem()) });

        await using var byIssuer = await fixture.ConnectAsync(certificates: [alice]);
        Assert.That(await byIssuer.AskAsync("who"), Is.EqualTo("User:CN=alice"), "its issuer is trusted, whoever issued that");
        await using var withChain = await fixture.ConnectAsync(certificates: [alice, middle.Certificate, other.Certificate]);
        Assert.That(await withChain.AskAsync("who"), Is.EqualTo("User:CN=alice"));
        await using var byItself = await fixture.ConnectAsync(certificates: [bob]);
        Assert.That(await byItself.AskAsync("who"), Is.EqualTo("User:CN=bob"), "it is trusted itself");
        await AssertTurnedAwayAsync(fixture, () => fixture.ConnectAsync(certificates: [carol]));
    }

    [Test]
    public async Task A_client_whose_certificate_no_rule_applies_to_is_turned_away()
    {
        await using var fixture = await TlsFixture.StartAsync(_network, settings => settings with { SslClientAuth = Required }, new NoRule());
        using var certificate = fixture.Authority.Issue("CN=alice");

        await AssertTurnedAwayAsync(fixture, () => fixture.ConnectAsync(certificates: [certificate]));
        await AssertLoggedAsync(fixture, "no rule of ssl.principal.mapping.rules applies to CN=alice. Add one, or DEFAULT at the end.");
    }

    [TestCase(42, "the client refuses this listener's certificate. Its log says why")]
    [TestCase(45, "the client finds that this listener's certificate has expired.")]
    [TestCase(46, "the client refuses this listener's certificate. Its log says why")]
    [TestCase(48, "the client does not know the issuer of this listener's certificate. Give that client the issuer in its trust store")]
    [TestCase(40, "the client found nothing to agree on.")]
    [TestCase(80, "the client ended the handshake with an alert.")]
    public async Task What_a_client_objects_to_is_named_in_the_log(byte alert, string expected)
    {
        await using var fixture = await TlsFixture.StartAsync(_network);
        await using var client = await fixture.Server.ConnectAsync();
        await client.SendRawAsync(await Hello.CreateAsync());
        Assert.That(await client.Transport.ReceiveAsync(new byte[10_000], CancellationToken.None), Is.Positive);
        await client.SendRawAsync(new byte[] { 0x15, 3, 3, 0, 2, 2, alert });

        await AssertLoggedAsync(fixture, "(SSL handshake failed): " + expected);
    }

    [Test]
    public async Task A_client_that_closes_in_the_handshake_may_not_trust_the_listener()
    {
        await using var fixture = await TlsFixture.StartAsync(_network);
        await using var client = await fixture.Server.ConnectAsync();
        await client.SendRawAsync(await Hello.CreateAsync());
        await client.Transport.CloseSendAsync(CancellationToken.None);

        await AssertLoggedAsync(fixture, "the client closed the connection during the handshake. It may not trust this listener's certificate:");
    }

    [TestCase("\0\0\0\u0020\0\u0012\0\u0003", "what came is a Kafka request without TLS. Set security.protocol=SSL or SASL_SSL in that client")]
    [TestCase("GET / HTTP/1.1\r\n\r\n", "what came is HTTP without TLS. This port speaks Kafka's protocol.")]
    [TestCase("hello", "what came is not TLS.")]
    public async Task What_is_not_TLS_is_named_in_the_log(string text, string expected)
    {
        await using var fixture = await TlsFixture.StartAsync(_network);
        await using var client = await fixture.Server.ConnectAsync();
        await client.SendRawAsync(System.Text.Encoding.Latin1.GetBytes(text));

        Assert.That(await client.IsClosedAsync());
        await AssertLoggedAsync(fixture, expected);
    }

    [Test]
    public async Task Looking_whether_the_port_is_open_is_no_failure()
    {
        await using var fixture = await TlsFixture.StartAsync(_network);
        await using (await fixture.Server.ConnectAsync())
            await Eventually.Until(() => fixture.Server.Server.ConnectionCount == 1);
        await Eventually.Until(() => fixture.Server.Server.ConnectionCount == 0);

        Assert.That(fixture.Server.Log.All.Where(static line => line.Id == 2030), Is.Empty);
    }

    [Test]
    public async Task Stopping_closes_connections_in_order()
    {
        await using var fixture = await TlsFixture.StartAsync(_network);
        await using var client = await fixture.ConnectAsync();
        Assert.That(await client.AskAsync("who"), Is.EqualTo("User:ANONYMOUS"));
        var draining = fixture.Server.Server.DrainAsync(CancellationToken.None);

        Assert.That(await client.TryReceiveAsync(), Is.Null, "an end, not a cut");
        await client.DisposeAsync();
        await draining;
    }

    [Test]
    public async Task Failures_write_a_bounded_number_of_lines()
    {
        await using var fixture = await TlsFixture.StartAsync(_network);
        for (var i = 0; i < 30; i++)
        {
            await using var client = await fixture.Server.ConnectAsync();
            await client.SendRawAsync(new byte[10]);
            Assert.That(await client.IsClosedAsync());
        }

        Assert.That(fixture.Server.Log.All.Count(static line => line.Id == 2030), Is.EqualTo(10));
    }

    [Test]
    public void A_listener_without_a_certificate_that_can_be_used_stops_the_start() => Assert.That(
        async () => await TlsFixture.StartAsync(_network, static settings => settings with { SslKeystoreLocation = "/nowhere/server.p12" }),
        Throws.TypeOf<ListenerException>().With.Message.EqualTo("Listener SSL://127.0.0.1:0 cannot be opened: ssl.keystore.location: the file /nowhere/server.p12 does not exist"));

    private static async Task AssertLoggedAsync(TlsFixture fixture, string expected)
    {
        await Eventually.Until(() => fixture.Server.Log.All.Any(static line => line.Id == 2030), "a line about the handshake");
        var line = fixture.Server.Log.All.First(static line => line.Id == 2030);
        Assert.That(line.Level, Is.EqualTo(LogLevel.Warning));
        Assert.That(line.Text, Does.Contain(expected).And.StartsWith("Failed authentication with 127.0.0.1:").And.Contain("on listener SSL"));
    }

    // With TLS 1.3 a client learns only when it reads that its certificate was refused.
    private static async Task AssertTurnedAwayAsync(TlsFixture fixture, Func<Task<TestClient>> connect)
    {
        try
        {
            await using var client = await connect();
            await client.AskAsync("who");
            Assert.Fail("The client was served.");
        }
        catch (Exception refused) when (refused is AuthenticationException or EndOfStreamException || refused.IsConnectionLoss())
        {
            await Eventually.Until(() => fixture.Server.Server.ConnectionCount == 0 || fixture.Server.Log.All.Any(static line => line.Id == 2030));
        }
    }

    private sealed class NoRule : ICertificatePrincipals
    {
        public KafkaPrincipal? PrincipalOf(X509Certificate2 certificate) => null;
    }
}
