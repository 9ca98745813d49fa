namespace Kafka.Modular.Configuration.Listeners;

/// <summary>How a listener is secured. The numbers are those that brokers register with (<c>RegisterBrokerRecord</c>).</summary>
public enum SecurityProtocol : short
{
    /// <summary>No encryption, no authentication.</summary>
    Plaintext = 0,

    /// <summary>TLS; a client certificate may authenticate.</summary>
    Ssl = 1,

    /// <summary>SASL without encryption.</summary>
    SaslPlaintext = 2,

    /// <summary>SASL inside TLS.</summary>
    SaslSsl = 3,
}

/// <summary>Names of security protocols, as in <c>listener.security.protocol.map</c>.</summary>
public static class SecurityProtocols
{
    /// <summary>All names, in the order of the numbers.</summary>
    public static IReadOnlyList<string> Names { get; } = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"];

    /// <summary>The name of a protocol.</summary>
    public static string NameOf(SecurityProtocol protocol) => Names[(int)protocol];

    /// <summary>Finds a protocol by name, in any case.</summary>
    public static SecurityProtocol? Find(string name)
    {
        for (var i = 0; i < Names.Count; i++)
        {
            if (Names[i].Equals(name.Trim(), StringComparison.OrdinalIgnoreCase))
            {
                return (SecurityProtocol)i;
            }
        }

        return null;
    }

    /// <summary>Whether the protocol uses TLS.</summary>
    public static bool UsesTls(this SecurityProtocol protocol) => protocol is SecurityProtocol.Ssl or SecurityProtocol.SaslSsl;

    /// <summary>Whether the protocol uses SASL.</summary>
    public static bool UsesSasl(this SecurityProtocol protocol) => protocol is SecurityProtocol.SaslPlaintext or SecurityProtocol.SaslSsl;
}
