using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Tests.Tls;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Tls;
using Kafka.Modular.Spi.Security;
using Kafka.Modular.Telemetry.Instruments;

namespace Kafka.Modular.Network.Tests.Support;

/// <summary>A server with one listener SSL, certificates of an authority of its own, and clients that trust it.</summary>
internal sealed class TlsFixture : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory();
    private readonly BufferPool _clientPool = new();

    private TlsFixture(X509Certificate2? certificate = null)
    {
        Authority = new TestAuthority("CN=Authority");
        Certificate = certificate ?? Authority.Issue("CN=localhost,O=Test");
        KeyStorePath = Path.Combine(_directory.FullName, "server.pem");
        File.WriteAllText(KeyStorePath, TestAuthority.KeyStorePem(Certificate));
        Settings = new TestSslSettings(new SslSettings { SslKeystoreLocation = KeyStorePath, SslTruststoreCertificates = new Secret(Authority.Pem) });
    }

    public TestAuthority Authority { get; }

    public X509Certificate2 Certificate { get; }

    public string KeyStorePath { get; }

    public TestSslSettings Settings { get; }

    public MetricRegistry Metrics { get; } = new();

    public TestServer Server { get; private set; } = null!;

    /// <summary>Starts a server; its requests are answered with the principal they come from.</summary>
    public static async Task<TlsFixture> StartAsync(
        INetwork network, Func<SslSettings, SslSettings>? settings = null, ICertificatePrincipals? principals = null, string listener = "SSL", bool asksClients = true)
    {
        var fixture = new TlsFixture();
        if (settings is not null)
            fixture.Settings.Change(settings(fixture.Settings.Current));
        fixture.Server = await TestServer.StartAsync(
            network,
            TestServer.DefaultSettings with { Listeners = [$"{listener}://127.0.0.1:0"] },
            static pool => new Dispatcher((connection, frame, _) =>
            {
                frame.Dispose();
                var output = pool.RentOutput();
                output.Write(System.Text.Encoding.UTF8.GetBytes(connection.Principal.ToString()));
                return ValueTask.FromResult(Network.Frames.Reply.Send(output));
            }),
            parts => parts with { Metrics = fixture.Metrics, Tls = _ => new ListenerTlsParts { Settings = fixture.Settings, Principals = principals ?? new Subjects(), AsksClients = asksClients } },
            now: DateTimeOffset.UtcNow);
        return fixture;
    }

    /// <summary>The client's side of a handshake.</summary>
    public async Task<TestClient> ConnectAsync(Action<SslClientAuthenticationOptions>? change = null, X509Certificate2Collection? certificates = null)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck },
            ClientCertificateContext = certificates is null ? null : SslStreamCertificateContext.Create(certificates[0], certificates, offline: true),
        };
        options.CertificateChainPolicy.CustomTrustStore.Add(Authority.Certificate);
        change?.Invoke(options);
        var below = await Server.Network.ConnectAsync(Server.Address, new TransportOptions(), CancellationToken.None);
        try
        {
            return new TestClient(await TlsTransport.ConnectAsync(below, _clientPool, options, CancellationToken.None));
        }
        catch
        {
            below.Abort();
            throw;
        }
    }

    /// <summary>Puts another certificate in the place of the server's.</summary>
    public void ReplaceKeyStore(string text)
    {
        var other = KeyStorePath + ".new";
        File.WriteAllText(other, text);
        File.Move(other, KeyStorePath, overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _directory.Delete(recursive: true);
        Authority.Dispose();
        Certificate.Dispose();
    }

    private sealed class Subjects : ICertificatePrincipals
    {
        public KafkaPrincipal? PrincipalOf(X509Certificate2 certificate) => new(KafkaPrincipal.UserType, certificate.Subject);
    }
}
