using Kafka.Modular.Core.Tls;

namespace Kafka.Modular.Client.Settings;

/// <summary>How a client's connections are encrypted. Printing it shows no secret.</summary>
public sealed record TlsOptions
{
    /// <summary><c>ssl.truststore.*</c>: what is trusted; empty for what the system trusts.</summary>
    public TrustStoreSource TrustStore { get; init; } = new();

    /// <summary><c>ssl.keystore.*</c> and <c>ssl.key.password</c>: who the client is, for brokers that ask; may be empty.</summary>
    public KeyStoreSource KeyStore { get; init; } = new();

    /// <summary>Whether the certificate has to be for the host that was connected to (<c>ssl.endpoint.identification.algorithm</c>).</summary>
    public bool ChecksHost { get; init; } = true;

    /// <summary><c>ssl.enabled.protocols</c>; none leaves it to <see cref="NewestProtocol"/>.</summary>
    public IReadOnlyList<string> EnabledProtocols { get; init; } = [];

    /// <summary><c>ssl.protocol</c>.</summary>
    public string NewestProtocol { get; init; } = DefaultProtocol;

    /// <summary><c>ssl.cipher.suites</c>; none for the system's choice.</summary>
    public IReadOnlyList<string> CipherSuites { get; init; } = [];

    private const string DefaultProtocol = "TLSv1.3";

    /// <summary>Reads the keys <c>ssl.*</c>. Files are read when a client begins.</summary>
    /// <exception cref="ClientConfigurationException">A value cannot be used.</exception>
    public static TlsOptions Parse(ClientProperties properties)
    {
        ClassKeys.Refuse(properties, "ssl.engine.factory.class", "ssl.provider", "security.providers");
        return new TlsOptions
        {
            TrustStore = new TrustStoreSource
            {
                Type = Text(properties, "ssl.truststore.type"),
                Location = Text(properties, "ssl.truststore.location"),
                Password = Text(properties, "ssl.truststore.password"),
                Certificates = Text(properties, "ssl.truststore.certificates"),
            },
            KeyStore = new KeyStoreSource
            {
                Type = Text(properties, "ssl.keystore.type"),
                Location = Text(properties, "ssl.keystore.location"),
                Password = Text(properties, "ssl.keystore.password"),
                Key = Text(properties, "ssl.keystore.key"),
                CertificateChain = Text(properties, "ssl.keystore.certificate.chain"),
                KeyPassword = Text(properties, "ssl.key.password"),
            },
            ChecksHost = properties.GetChoice("ssl.endpoint.identification.algorithm", "https", "https", "").Length > 0,
            EnabledProtocols = properties.GetList("ssl.enabled.protocols"),
            NewestProtocol = properties.GetString("ssl.protocol", DefaultProtocol).Trim(),
            CipherSuites = properties.GetList("ssl.cipher.suites"),
        };
    }

    // A key without a value stands in many files as a place to fill in.
    private static string? Text(ClientProperties properties, string key) => properties.Find(key) is { Length: > 0 } text ? text : null;
}
