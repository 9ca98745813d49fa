using System.Net.Security;
using Kafka.Modular.Configuration;
using Kafka.Modular.Core.Tls;

namespace Kafka.Modular.Network.Tls;

/// <summary>What a listener's handshakes are made with, as loaded at one moment. Immutable.</summary>
internal sealed record TlsState
{
    public required KeyStore Key { get; init; }

    public required TrustStore? Trust { get; init; }

    public required TlsVersions Versions { get; init; }

    /// <summary>Whether clients are asked for a certificate.</summary>
    public required bool AsksClients { get; init; }

    /// <summary>Whether a client without one is turned away.</summary>
    public required bool RequiresCertificate { get; init; }

    /// <summary>Whether the key store may come to name another subject (<c>ssl.allow.dn.changes</c>).</summary>
    public required bool AllowsOtherName { get; init; }

    /// <summary>Whether the key store may come to lack alternative names (<c>ssl.allow.san.changes</c>).</summary>
    public required bool AllowsOtherHosts { get; init; }

    /// <summary>Loads stores and settings.</summary>
    /// <exception cref="TlsConfigurationException">Something of it cannot be used.</exception>
    public static TlsState Load(SslSettings settings, bool asksClients, DateTimeOffset now)
    {
        var trusted = TrustSource(settings);
        var asks = asksClients && settings.SslClientAuth != "none";
        return new TlsState
        {
            Key = KeyStore.Load(KeySource(settings), now),
            Trust = trusted.IsEmpty ? null : TrustStore.Load(trusted),
            Versions = TlsVersions.Read(settings.SslEnabledProtocols, settings.SslProtocol, settings.SslCipherSuites),
            AsksClients = asks,
            RequiresCertificate = asks && settings.SslClientAuth == "required",
            AllowsOtherName = settings.SslAllowDnChanges,
            AllowsOtherHosts = settings.SslAllowSanChanges,
        };
    }

    /// <summary>The options of one handshake.</summary>
    /// <param name="validate">Decides about the client's certificate.</param>
    public SslServerAuthenticationOptions Options(RemoteCertificateValidationCallback validate)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = Key.Context,
            EnabledSslProtocols = Versions.Protocols,
            CipherSuitesPolicy = Versions.CipherSuites,
            AllowRenegotiation = false,
        };
        if (AsksClients)
        {
            options.ClientCertificateRequired = true;
            options.CertificateChainPolicy = new PeerTrust(Trust).CreatePolicy();
            options.RemoteCertificateValidationCallback = validate;

            // A session that is resumed has lost the intermediate certificates that the client once sent, and would outlive a change of what is trusted.
            options.AllowTlsResume = false;
        }

        return options;
    }

    private static KeyStoreSource KeySource(SslSettings settings) => new()
    {
        Type = settings.SslKeystoreType,
        Location = settings.SslKeystoreLocation,
        Password = settings.SslKeystorePassword?.Reveal(),
        Key = settings.SslKeystoreKey?.Reveal(),
        CertificateChain = settings.SslKeystoreCertificateChain?.Reveal(),
        KeyPassword = settings.SslKeyPassword?.Reveal(),
    };

    private static TrustStoreSource TrustSource(SslSettings settings) => new()
    {
        Type = settings.SslTruststoreType,
        Location = settings.SslTruststoreLocation,
        Password = settings.SslTruststorePassword?.Reveal(),
        Certificates = settings.SslTruststoreCertificates?.Reveal(),
    };
}
