using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Sasl.Plain;

/// <summary>PLAIN (RFC 4616): name and password in one message. It protects nothing; that is for TLS.</summary>
internal sealed class PlainMechanism : ISaslMechanism
{
    public const string MechanismName = "PLAIN";

    public string Name => MechanismName;

    public ISaslExchange Begin(SaslExchangeContext context) => new PlainExchange(context.Credentials);
}
