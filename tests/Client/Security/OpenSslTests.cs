using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Kafka.Modular.Client.Connections;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Tests.Tls;
using Kafka.Modular.Core.Tls;
using Kafka.Modular.Core.Transport;

namespace Kafka.Modular.Client.Tests.Security;

/// <summary>Against a server of OpenSSL, which sends alerts as Apache Kafka's brokers do.</summary>
[Category("real")]
[NonParallelizable]
internal sealed class OpenSslTests
{
    private readonly TestAuthority _authority = new("CN=Test CA");
    private readonly string _folder = Directory.CreateTempSubdirectory("kafka-modular-openssl-").FullName;
    private readonly BufferPool _buffers = new(new BufferPoolOptions { Checked = true });
    private Process? _server;

    [TearDown]
    public void Stop()
    {
        if (_server is not null)
        {
            _server.Kill();
            _server.WaitForExit();
            _server.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
        _authority.Dispose();
        _buffers.ThrowIfRented();
    }

    [TestCase("-tls1_3", "the broker asks for a certificate of the client; ssl.keystore.location gives one")]
    [TestCase("-tls1_2", "it asks for a certificate of the client (ssl.keystore.location)")]
    public async Task A_certificate_that_is_asked_for_and_missing_is_named(string version, string expected) =>
        AssertRefused(await StartAsync("-Verify", "1", "-verify_return_error", version), tls => tls, expected);

    [TestCase("-tls1_3")]
    [TestCase("-tls1_2")]
    public async Task A_certificate_of_an_issuer_that_the_broker_does_not_trust_is_named(string version)
    {
        using var other = new TestAuthority("CN=Other CA");
        using var certificate = other.Issue("CN=alice");
        var store = new KeyStoreSource { Key = TestAuthority.PrivateKeyPem(certificate), CertificateChain = certificate.ExportCertificatePem() };
        AssertRefused(await StartAsync("-Verify", "1", "-verify_return_error", version), tls => tls with { KeyStore = store }, "the broker does not trust the issuer of the client's certificate");
    }

    [Test]
    public async Task Versions_without_a_common_one_are_named() =>
        AssertRefused(await StartAsync("-tls1_3"), tls => tls with { EnabledProtocols = ["TLSv1.2"] }, "the broker takes none of the client's versions of TLS");

    [Test]
    public async Task Cipher_suites_without_a_common_one_are_named() =>
        AssertRefused(
            await StartAsync("-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256"), tls => tls with { CipherSuites = ["TLS_AES_256_GCM_SHA384"] }, "no cipher suite of both sides (ssl.cipher.suites)");

    private void AssertRefused(int port, Func<TlsOptions, TlsOptions> change, string expected)
    {
        var address = new BrokerAddress("localhost", port);
        var options = new ClientOptions
        {
            BootstrapServers = [address],
            SecurityProtocol = ClientOptions.Ssl,
            Tls = change(new TlsOptions { TrustStore = new TrustStoreSource { Certificates = _authority.Pem } }),
        };
        var fault = Assert.ThrowsAsync<KafkaClientException>(
            async () => await KafkaConnection.ConnectAsync(address, options, new ClientParts { Network = new SocketNetwork(), Buffers = _buffers }, CancellationToken.None));
        Assert.That(fault.Message, Does.StartWith("SSL handshake failed with localhost").And.Contain(expected), fault.ToString());
        Assert.That(fault.IsRetriable, Is.False);
    }

    // Port 0: the one that it got stands in its first lines.
    private async Task<int> StartAsync(params string[] arguments)
    {
        using var certificate = _authority.Issue("CN=broker");
        var store = Path.Combine(_folder, "broker.pem");
        await File.WriteAllTextAsync(store, TestAuthority.KeyStorePem(certificate));
        var trust = Path.Combine(_folder, "ca.pem");
        await File.WriteAllTextAsync(trust, _authority.Pem);
        string[] all = ["s_server", "-accept", "localhost:0", "-cert", store, "-key", store, "-CAfile", trust, .. arguments];
        _server = Process.Start(new ProcessStartInfo("openssl", all) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false })!;
        _server.ErrorDataReceived += static (_, _) => { };
        _server.BeginErrorReadLine();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await _server.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith("ACCEPT", StringComparison.Ordinal))
            {
                return int.Parse(line[(line.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
            }
        }

        throw new InvalidOperationException("openssl s_server ended before it listened.");
    }
}
