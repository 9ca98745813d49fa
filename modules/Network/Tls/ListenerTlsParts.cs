using Kafka.Modular.Configuration;

namespace Kafka.Modular.Network.Tls;

/// <summary>What the TLS of one listener is made of.</summary>
public sealed record ListenerTlsParts
{
    /// <summary>The listener's <c>ssl.*</c> keys, its prefix considered. When they change the certificates are loaded anew.</summary>
    public required ISettings<SslSettings> Settings { get; init; }

    /// <summary>Says who the owner of a client's certificate is.</summary>
    public required ICertificatePrincipals Principals { get; init; }

    /// <summary>
    /// Whether <c>ssl.client.auth</c> counts. On a listener with SASL it does only when it is set with the listener's own prefix (KIP-684).
    /// </summary>
    public bool AsksClients { get; init; } = true;
}
