using System.Globalization;
using Kafka.Modular.Conformance.Broker;
using Kafka.Modular.Conformance.Clients;
using Kafka.Modular.Conformance.Tls;

namespace Kafka.Modular.Conformance.Security;

/// <summary>One broker with a listener for each way in which a login can fail, and the certificates for it.</summary>
internal sealed class FailingBroker : IAsyncDisposable
{
    public const string Password = "Alice-s3cret-1";
    public const string WrongPassword = "Mallory-s3cret-2";

    /// <summary>Offers SCRAM-SHA-512 alone.</summary>
    public const string Narrow = "NARROW";

    /// <summary>Its certificate is for another host.</summary>
    public const string Elsewhere = "ELSEWHERE";

    /// <summary>Its certificate expires soon after the start.</summary>
    public const string Late = "LATE";

    /// <summary>TLS without certificates of clients.</summary>
    public const string Tls = "TLS";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_certificateLife = TimeSpan.FromSeconds(6);

    private DateTimeOffset _lateUntil;

    private FailingBroker(OpenSslFiles files, BrokerProcess broker)
    {
        Files = files;
        Broker = broker;
    }

    public OpenSslFiles Files { get; }

    public BrokerProcess Broker { get; }

    public static async Task<FailingBroker> StartAsync()
    {
        OpenSslFiles files = new();
        await files.AuthorityAsync("ca");
        await files.AuthorityAsync("other");
        await files.CertificateAsync("broker", "ca");
        await files.CertificateAsync("elsewhere", "ca", host: "elsewhere.example");
        await files.CertificateAsync("mallory", "other");
        await files.CertificateAsync("expired", "ca", until: "20230101000000Z");
        File.Copy(files["broker.store.pem"], files["late.store.pem"]);
        (string Name, string Protocol)[] listeners =
            [("SSL", "SSL"), ("SASL_PLAINTEXT", "SASL_PLAINTEXT"), (Narrow, "SASL_PLAINTEXT"), (Tls, "SSL"), (Elsewhere, "SSL"), (Late, "SSL")];
        BrokerProcess broker = new(listeners, $"""
            sasl.enabled.mechanisms: [PLAIN, SCRAM-SHA-256, SCRAM-SHA-512]
            listener.name.narrow.sasl.enabled.mechanisms: [SCRAM-SHA-512]
            listener.name.sasl_plaintext.plain.sasl.jaas.config: 'org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="{Password}";'
            ssl.keystore.location: {files["broker.store.pem"]}
            ssl.truststore.location: {files["ca.pem"]}
            ssl.allow.dn.changes: true
            listener.name.ssl.ssl.client.auth: required
            listener.name.elsewhere.ssl.keystore.location: {files["elsewhere.store.pem"]}
            listener.name.late.ssl.keystore.location: {files["late.store.pem"]}

            """)
        {
            ScramUsers = [$"SCRAM-SHA-256=[name=alice,password={Password}]", $"SCRAM-SHA-512=[name=alice,password={Password}]"],
        };
        FailingBroker failing = new(files, broker);
        await broker.StartAsync();
        await failing.LetCertificateExpireSoonAsync();
        return failing;
    }

    /// <summary>Returns when the certificate of the listener LATE has expired.</summary>
    public async Task ExpiredAsync()
    {
        using PeriodicTimer pace = new(TimeSpan.FromMilliseconds(50));
        while (TimeProvider.System.GetUtcNow() <= _lateUntil)
        {
            await pace.WaitForNextTickAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        Files.Dispose();
    }

    // A broker does not start with a certificate that has expired, and takes none while it runs.
    private async Task LetCertificateExpireSoonAsync()
    {
        _lateUntil = TimeProvider.System.GetUtcNow() + s_certificateLife;
        await Files.CertificateAsync("late", "ca", until: _lateUntil.ToString("yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture));
        int lines = Broker.Process.LineCount;
        Broker.Process.SendHangup();
        await Broker.Process.LineAsync("the certificate that expires", static line => line.Contains("uses the certificate of CN=late", StringComparison.Ordinal), s_limit, lines);
    }
}
