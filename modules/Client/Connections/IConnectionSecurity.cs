using Kafka.Modular.Core.Transport;

namespace Kafka.Modular.Client.Connections;

/// <summary>The seam between a connection and what makes it secure: encryption below the protocol, authentication as its first requests. Safe to use from any thread.</summary>
public interface IConnectionSecurity
{
    /// <summary>Puts encryption around a new connection, or gives it back as it is. Disposes it when that fails.</summary>
    /// <param name="ownedTransport">The connection.</param>
    /// <param name="host">The name that was connected to, which the certificate has to be for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaClientException">The peer is not who it should be; trying again does not help.</exception>
    ValueTask<ITransport> SecureAsync(ITransport ownedTransport, string host, CancellationToken cancellationToken);

    /// <summary>
    /// Authenticates over a connection whose versions are known; called again before the session ends (KIP-368). Meanwhile the connection sends
    /// SaslHandshake and SaslAuthenticate only, and holds back what else there is.
    /// </summary>
    /// <returns>How long the session lasts; null for as long as the connection does.</returns>
    /// <exception cref="KafkaClientException">The broker refused; SASL_AUTHENTICATION_FAILED is not tried again.</exception>
    ValueTask<TimeSpan?> AuthenticateAsync(KafkaConnection connection, CancellationToken cancellationToken);
}
