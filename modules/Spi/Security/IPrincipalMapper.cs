namespace Kafka.Modular.Spi.Security;

/// <summary>Makes the principal of a client from what a mechanism or a certificate says. One per listener; used from any thread.</summary>
public interface IPrincipalMapper
{
    /// <summary>The principal of a name.</summary>
    /// <param name="mechanism">SASL mechanism, or null where the name is that of a TLS certificate.</param>
    /// <param name="name">The name, for a certificate its distinguished name.</param>
    /// <returns>The principal, or null when no rule fits: the client is refused.</returns>
    KafkaPrincipal? Map(string? mechanism, string name);
}
