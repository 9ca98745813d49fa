namespace Kafka.Modular.Core.Transport;

/// <summary>How a listener is protected. The numbers are Kafka's, as in the endpoints of registration records.</summary>
public enum SecurityProtocol : short
{
    /// <summary>PLAINTEXT: neither encrypted nor authenticated.</summary>
    Plaintext = 0,

    /// <summary>SSL: encrypted, clients may be authenticated by certificate.</summary>
    Ssl = 1,

    /// <summary>SASL_PLAINTEXT: authenticated by SASL, not encrypted.</summary>
    SaslPlaintext = 2,

    /// <summary>SASL_SSL: encrypted and authenticated by SASL.</summary>
    SaslSsl = 3,
}
