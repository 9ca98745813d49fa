using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Transport;

namespace Kafka.Modular.Client.Connections;

/// <summary>No encryption and no authentication: <c>security.protocol=PLAINTEXT</c>.</summary>
internal sealed class PlaintextSecurity : IConnectionSecurity
{
    private static readonly PlaintextSecurity s_instance = new();

    /// <summary>The security of a client.</summary>
    /// <exception cref="ClientConfigurationException">The protocol needs security that the client was not given.</exception>
    public static IConnectionSecurity For(ClientOptions options, ClientParts parts)
    {
        if (parts.Security is { } security)
        {
            return security;
        }

        return options.SecurityProtocol == ClientOptions.Plaintext
            ? s_instance
            : throw ClientConfigurationException.Invalid(
                "security.protocol", options.SecurityProtocol, "this client was built without TLS and SASL, it can use PLAINTEXT only");
    }

    public ValueTask<ITransport> SecureAsync(ITransport ownedTransport, string host, CancellationToken cancellationToken) =>
        ValueTask.FromResult(ownedTransport);

    public ValueTask AuthenticateAsync(KafkaConnection connection, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
