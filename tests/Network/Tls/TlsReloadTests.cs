using System.Security.Cryptography.X509Certificates;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Core.Tests.Tls;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Tests.Support;

namespace Kafka.Modular.Network.Tests.Tls;

/// <summary>New certificates are taken while the server runs, if they hold up.</summary>
public sealed class TlsReloadTests
{
    private const int Loaded = 2031;
    private const int Refused = 2033;

    private readonly MemoryNetwork _network = new();

    [Test]
    public async Task A_file_that_changes_is_taken_and_connections_stay()
    {
        await using var fixture = await TlsFixture.StartAsync(_network);
        await using var before = await fixture.ConnectAsync();
        using var renewed = fixture.Authority.Issue("CN=localhost,O=Test", ["localhost", "127.0.0.1", "more.example"]);
        fixture.ReplaceKeyStore(TestAuthority.KeyStorePem(renewed));
        await fixture.Server.AdvanceAsync(TimeSpan.FromSeconds(11));
        await Eventually.Until(() => Count(fixture, Loaded) == 2);

        await using var after = await fixture.ConnectAsync();
        Assert.That(Certificate(after), Is.EqualTo(renewed.Thumbprint));
        Assert.That(Certificate(before), Is.EqualTo(fixture.Certificate.Thumbprint));
        Assert.That(await before.AskAsync("who"), Is.EqualTo("User:ANONYMOUS"));

        await fixture.Server.AdvanceAsync(TimeSpan.FromSeconds(11));
        await fixture.Server.AdvanceAsync(TimeSpan.FromSeconds(11));
        Assert.That(Count(fixture, Loaded), Is.EqualTo(2), "what did not change is not loaded again");
    }

    [Test]
    public async Task Whoever_asks_for_it_gets_it_at_once()
    {
        await using var fixture = await TlsFixture.StartAsync(_network);
        using var renewed = fixture.Authority.Issue("CN=localhost,O=Test");
        fixture.ReplaceKeyStore(TestAuthority.KeyStorePem(renewed));
        fixture.Server.Server.ReloadCertificates();

        await using var client = await fixture.ConnectAsync();
        Assert.That(Certificate(client), Is.EqualTo(renewed.Thumbprint));
    }

    [Test]
    public async Task Settings_that_change_are_taken()
    {
        await using var fixture = await TlsFixture.StartAsync(_network);
        using var renewed = fixture.Authority.Issue("CN=localhost,O=Test");
        fixture.Settings.Change(fixture.Settings.Current with
        {
            SslKeystoreLocation = null,
            SslKeystoreKey = new Secret(TestAuthority.PrivateKeyPem(renewed)),
            SslKeystoreCertificateChain = new Secret(renewed.ExportCertificatePem()),
        });
        await Eventually.Until(() => Count(fixture, Loaded) == 2);

        await using var client = await fixture.ConnectAsync();
        Assert.That(Certificate(client), Is.EqualTo(renewed.Thumbprint));
    }

    [Test]
    public async Task What_does_not_hold_up_leaves_the_certificates_in_use_and_says_why()
    {
        await using var fixture = await TlsFixture.StartAsync(_network);
        using var other = fixture.Authority.Issue("CN=localhost,O=Test");
        using var expired = fixture.Authority.Issue("CN=localhost,O=Test", from: DateTimeOffset.UtcNow.AddDays(-3), until: DateTimeOffset.UtcNow.AddDays(-1));
        using var named = fixture.Authority.Issue("CN=elsewhere,O=Test");
        using var narrow = fixture.Authority.Issue("CN=localhost,O=Test", ["localhost"]);

        await AssertRefusedAsync(fixture, "half of a file, -----BEGIN CERTIFICATE-----", "it holds no certificate");
        await AssertRefusedAsync(fixture, TestAuthority.PrivateKeyPem(other) + "\n" + fixture.Certificate.ExportCertificatePem(), "the private key does not belong to the certificate of CN=localhost, O=Test");
        await AssertRefusedAsync(fixture, TestAuthority.KeyStorePem(expired), "the certificate of CN=localhost, O=Test expired at");
        await AssertRefusedAsync(fixture, TestAuthority.KeyStorePem(named), "the new certificate is of CN=elsewhere, O=Test, the one in use of CN=localhost, O=Test; set ssl.allow.dn.changes=true if that is meant");
        await AssertRefusedAsync(fixture, TestAuthority.KeyStorePem(narrow), "the new certificate of CN=localhost, O=Test is no longer for 127.0.0.1; set ssl.allow.san.changes=true if that is meant");
        Assert.That(Count(fixture, Refused), Is.EqualTo(5));
    }

    [Test]
    public async Task Other_names_are_taken_where_that_is_meant()
    {
        await using var fixture = await TlsFixture.StartAsync(_network, static settings => settings with { SslAllowDnChanges = true, SslAllowSanChanges = true });
        using var named = fixture.Authority.Issue("CN=elsewhere", ["localhost"]);
        fixture.ReplaceKeyStore(TestAuthority.KeyStorePem(named));
        fixture.Server.Server.ReloadCertificates();

        await using var client = await fixture.ConnectAsync();
        Assert.That(Certificate(client), Is.EqualTo(named.Thumbprint));
    }

    [Test]
    public async Task A_chain_that_lost_an_issuer_is_refused()
    {
        await using var fixture = await TlsFixture.StartAsync(_network);
        using var middle = new TestAuthority("CN=Middle", fixture.Authority);
        using var first = middle.Issue("CN=localhost,O=Test");
        using var second = middle.Issue("CN=localhost,O=Test");
        fixture.ReplaceKeyStore(TestAuthority.KeyStorePem(first, middle));
        fixture.Server.Server.ReloadCertificates();
        await using (var client = await fixture.ConnectAsync())
            Assert.That(Certificate(client), Is.EqualTo(first.Thumbprint), "the issuer in the middle is sent along");

        await AssertRefusedAsync(fixture, TestAuthority.KeyStorePem(second), "the chain is not complete: the certificate of the issuer CN=Middle, which is sent to clients now, is missing", first.Thumbprint);
    }

    private static string? Certificate(TestClient client) => ((TlsTransport)client.Transport).RemoteCertificate?.Thumbprint;

    private static int Count(TlsFixture fixture, int id) => fixture.Server.Log.All.Count(line => line.Id == id);

    private static async Task AssertRefusedAsync(TlsFixture fixture, string text, string reason, string? inUse = null)
    {
        fixture.ReplaceKeyStore(text);
        fixture.Server.Server.ReloadCertificates();
        var line = fixture.Server.Log.All.Last(static line => line.Id == Refused);
        Assert.That(line.Text, Does.Contain(reason).And.StartsWith("Listener SSL keeps the certificates it has, the new ones cannot be used: ssl.keystore.location: "));
        await using var client = await fixture.ConnectAsync();
        Assert.That(Certificate(client), Is.EqualTo(inUse ?? fixture.Certificate.Thumbprint));
    }
}
