using System.Net.Security;
using System.Security.Authentication;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Tls;
using Kafka.Modular.Core.Transport;

namespace Kafka.Modular.Client.Security;

/// <summary>Encrypts a client's connections and decides whether a broker is who it should be. Immutable; safe to use from any thread.</summary>
internal sealed class TlsConnector
{
    private readonly PeerTrust _trust;
    private readonly KeyStore? _keyStore;
    private readonly TlsVersions _versions;
    private readonly bool _checksHost;
    private readonly BufferPool _buffers;

    /// <summary>Loads what the options name.</summary>
    /// <exception cref="ClientConfigurationException">It cannot be used.</exception>
    public TlsConnector(TlsOptions options, ClientParts parts)
    {
        try
        {
            _trust = new PeerTrust(options.TrustStore.IsEmpty ? null : TrustStore.Load(options.TrustStore));
            _keyStore = options.KeyStore.IsEmpty ? null : KeyStore.Load(options.KeyStore, parts.Time.GetUtcNow());
            _versions = TlsVersions.Read(options.EnabledProtocols, options.NewestProtocol, options.CipherSuites);
        }
        catch (TlsConfigurationException wrong)
        {
            throw new ClientConfigurationException(wrong.Message, wrong);
        }

        _checksHost = options.ChecksHost;
        _buffers = parts.Buffers;
    }

    /// <summary>Does the handshake. Disposes the connection when that fails.</summary>
    /// <exception cref="KafkaClientException">One side did not accept the other.</exception>
    /// <exception cref="IOException">The connection was lost.</exception>
    public async ValueTask<ITransport> ConnectAsync(ITransport ownedTransport, string host, CancellationToken cancellationToken)
    {
        string? refusal = null;
        var options = new SslClientAuthenticationOptions
        {
            // For a name, not for an address, it is also sent to the broker (SNI, RFC 6066).
            TargetHost = host,
            EnabledSslProtocols = _versions.Protocols,
            CipherSuitesPolicy = _versions.CipherSuites,
            ClientCertificateContext = _keyStore?.Context,
            CertificateChainPolicy = _trust.CreatePolicy(),
            AllowRenegotiation = false,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                refusal = _trust.Refusal(certificate, chain, errors, _checksHost ? host : null);
                return refusal is null;
            },
        };
        try
        {
            return await TlsTransport.ConnectAsync(ownedTransport, _buffers, options, cancellationToken);
        }
        catch (Exception fault)
        {
            await ownedTransport.DisposeAsync();
            throw fault switch
            {
                AuthenticationException => KafkaClientException.OfTls(host, refusal ?? TlsFaults.Explain(fault), fault),
                IOException => new IOException(
                    $"the connection was closed during the TLS handshake; the listener may not speak TLS ({fault.Message})", fault),
                _ => fault,
            };
        }
    }
}
