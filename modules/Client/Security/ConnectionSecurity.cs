using Kafka.Modular.Client.Connections;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Transport;

namespace Kafka.Modular.Client.Security;

/// <summary>The security of a client's connections as <c>security.protocol</c> says. Safe to use from any thread.</summary>
internal sealed class ConnectionSecurity : IConnectionSecurity
{
    private readonly TlsConnector? _tls;
    private readonly SaslAuthenticator? _authenticator;

    private ConnectionSecurity(TlsConnector? tls, SaslAuthenticator? authenticator)
    {
        _tls = tls;
        _authenticator = authenticator;
    }

    /// <summary>The security of a client: what it was given, or what its options say.</summary>
    /// <exception cref="ClientConfigurationException">The options say too little.</exception>
    public static IConnectionSecurity For(ClientOptions options, ClientParts parts)
    {
        if (parts.Security is { } security)
        {
            return security;
        }

        var (hasTls, hasSasl) = options.SecurityProtocol switch
        {
            ClientOptions.Plaintext => (false, false),
            ClientOptions.Ssl => (true, false),
            ClientOptions.SaslPlaintext => (false, true),
            ClientOptions.SaslSsl => (true, true),
            var other => throw ClientConfigurationException.Invalid("security.protocol", other, "expected PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL"),
        };
        if (hasSasl && options.Sasl is null)
        {
            throw new ClientConfigurationException($"security.protocol {options.SecurityProtocol} needs {SaslOptions.MechanismKey} and {SaslOptions.JaasKey}");
        }

        return new ConnectionSecurity(
            hasTls ? new TlsConnector(options.Tls ?? new TlsOptions(), parts) : null,
            hasSasl ? new SaslAuthenticator(options.Sasl!, parts.Random) : null);
    }

    public ValueTask<ITransport> SecureAsync(ITransport ownedTransport, string host, CancellationToken cancellationToken) =>
        _tls?.ConnectAsync(ownedTransport, host, cancellationToken) ?? ValueTask.FromResult(ownedTransport);

    public ValueTask<TimeSpan?> AuthenticateAsync(KafkaConnection connection, CancellationToken cancellationToken) =>
        _authenticator?.AuthenticateAsync(connection, cancellationToken) ?? ValueTask.FromResult<TimeSpan?>(null);
}
