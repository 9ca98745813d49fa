namespace Kafka.Modular.Metadata.Cluster;

/// <summary>How a listener secures its connections; the numbers are Kafka's.</summary>
public enum SecurityProtocol : short
{
    /// <summary>Nothing.</summary>
    Plaintext = 0,

    /// <summary>TLS.</summary>
    Ssl = 1,

    /// <summary>SASL over plain TCP.</summary>
    SaslPlaintext = 2,

    /// <summary>SASL over TLS.</summary>
    SaslSsl = 3,
}
