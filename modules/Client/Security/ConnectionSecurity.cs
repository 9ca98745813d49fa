using Kafka.Modular.Client.Connections;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Transport;

namespace Kafka.Modular.Client.Security;

/// <summary>The security of a client's connections as <c>security.protocol</c> says. Safe to use from any thread.</summary>
internal sealed class ConnectionSecurity : IConnectionSecurity
{
    private readonly SaslAuthenticator? _authenticator;

    private ConnectionSecurity(SaslAuthenticator? authenticator) => _authenticator = authenticator;

    /// <summary>The security of a client: what it was given, or what its options say.</summary>
    /// <exception cref="ClientConfigurationException">The options say too little.</exception>
    public static IConnectionSecurity For(ClientOptions options, ClientParts parts)
    {
        if (parts.Security is { } security)
        {
            return security;
        }

        if (options.SecurityProtocol is ClientOptions.Ssl or ClientOptions.SaslSsl)
        {
            throw ClientConfigurationException.Invalid("security.protocol", options.SecurityProtocol, "this client was built without TLS");
        }

        return new ConnectionSecurity(options.SecurityProtocol is ClientOptions.SaslPlaintext or ClientOptions.SaslSsl
            ? new SaslAuthenticator(
                options.Sasl ?? throw new ClientConfigurationException($"security.protocol {options.SecurityProtocol} needs {SaslOptions.MechanismKey} and {SaslOptions.JaasKey}"), parts.Random)
            : null);
    }

    public ValueTask<ITransport> SecureAsync(ITransport ownedTransport, string host, CancellationToken cancellationToken) =>
        ValueTask.FromResult(ownedTransport);

    public ValueTask<TimeSpan?> AuthenticateAsync(KafkaConnection connection, CancellationToken cancellationToken) =>
        _authenticator?.AuthenticateAsync(connection, cancellationToken) ?? ValueTask.FromResult<TimeSpan?>(null);
}
