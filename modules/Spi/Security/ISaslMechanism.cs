namespace Kafka.Modular.Spi.Security;

/// <summary>One SASL mechanism (RFC 4422). Used from any thread, by many connections at a time.</summary>
public interface ISaslMechanism
{
    /// <summary>Its name as clients know it, such as <c>SCRAM-SHA-512</c>.</summary>
    string Name { get; }

    /// <summary>Begins an exchange with one client. The host disposes it when it has ended or the client is gone.</summary>
    /// <param name="context">Who is at the other end, and where credentials are.</param>
    ISaslExchange Begin(SaslExchangeContext context);
}
