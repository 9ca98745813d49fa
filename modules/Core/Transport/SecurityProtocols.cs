namespace Kafka.Modular.Core.Transport;

/// <summary>Names of <see cref="SecurityProtocol"/> as configuration and protocol spell them.</summary>
public static class SecurityProtocols
{
    /// <summary>Kafka's name, such as <c>SASL_SSL</c>.</summary>
    public static string KafkaName(this SecurityProtocol protocol) => protocol switch
    {
        SecurityProtocol.Plaintext => "PLAINTEXT",
        SecurityProtocol.Ssl => "SSL",
        SecurityProtocol.SaslPlaintext => "SASL_PLAINTEXT",
        SecurityProtocol.SaslSsl => "SASL_SSL",
        _ => throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "Not a security protocol."),
    };

    /// <summary>Reads Kafka's name, in any letter case.</summary>
    public static bool TryParse(string name, out SecurityProtocol protocol)
    {
        foreach (var candidate in Enum.GetValues<SecurityProtocol>())
        {
            if (string.Equals(candidate.KafkaName(), name, StringComparison.OrdinalIgnoreCase))
            {
                protocol = candidate;
                return true;
            }
        }

        protocol = default;
        return false;
    }
}
