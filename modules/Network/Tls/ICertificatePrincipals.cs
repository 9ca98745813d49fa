using System.Security.Cryptography.X509Certificates;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Network.Tls;

/// <summary>Port: says who the owner of a client's certificate is, by the rules of a listener (KIP-371). Called from any thread.</summary>
public interface ICertificatePrincipals
{
    /// <summary>The principal of a certificate that is trusted; null when no rule applies to it, and the client is turned away.</summary>
    KafkaPrincipal? PrincipalOf(X509Certificate2 certificate);
}
