using Kafka.Modular.Conformance.Broker;
using Kafka.Modular.Conformance.Clients;
using Kafka.Modular.Conformance.Tls;

namespace Kafka.Modular.Conformance.Security;

/// <summary>One broker with every kind of secured listener at once, its certificates by openssl, and a user alice who may log in with every mechanism.</summary>
internal sealed class SecuredBroker : IAsyncDisposable
{
    public const string User = "alice";
    public const string Password = "Alice's s3cret";

    /// <summary>The listener with TLS and SASL that wants a certificate as well.</summary>
    public const string BothListener = "BOTH";

    public static readonly string[] Mechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"];

    private SecuredBroker(OpenSslFiles files, BrokerProcess broker)
    {
        Files = files;
        Broker = broker;
    }

    public OpenSslFiles Files { get; }

    public BrokerProcess Broker { get; }

    public static async Task<SecuredBroker> StartAsync()
    {
        OpenSslFiles files = new();
        await files.AuthorityAsync("ca");
        await files.CertificateAsync("broker", "ca");
        await files.CertificateAsync("alice", "ca");
        (string Name, string Protocol)[] listeners = [("SSL", "SSL"), ("SASL_PLAINTEXT", "SASL_PLAINTEXT"), ("SASL_SSL", "SASL_SSL"), (BothListener, "SASL_SSL")];
        string users = string.Join('\n', listeners.Where(static listener => listener.Protocol != "SSL").Select(static listener =>
            $"listener.name.{listener.Name.ToLowerInvariant()}.plain.sasl.jaas.config: 'org.apache.kafka.common.security.plain.PlainLoginModule required user_{User}=\"{Password.Replace("'", "''", StringComparison.Ordinal)}\";'"));
        BrokerProcess broker = new(listeners, $"""
            sasl.enabled.mechanisms: [{string.Join(", ", Mechanisms)}]
            {users}
            ssl.keystore.location: {files["broker.store.pem"]}
            ssl.truststore.location: {files["ca.pem"]}
            listener.name.ssl.ssl.client.auth: required
            listener.name.both.ssl.client.auth: required

            """)
        {
            ScramUsers = [.. Mechanisms[1..].Select(static mechanism => $"{mechanism}=[name={User},password={Password}]")],
        };
        await broker.StartAsync();
        return new SecuredBroker(files, broker);
    }

    /// <summary>How alice's client connects to a listener.</summary>
    public ClientSecurity Alice(string protocol, string? mechanism, bool withCertificate) => new()
    {
        Protocol = protocol,
        Mechanism = mechanism,
        User = User,
        Password = Password,
        Authority = protocol.EndsWith("SSL", StringComparison.Ordinal) ? Files["ca.pem"] : null,
        Certificate = withCertificate ? Files["alice.pem"] : null,
        Key = withCertificate ? Files["alice.key"] : null,
    };

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        Files.Dispose();
    }
}
