namespace Kafka.Modular.Conformance.Security;

/// <summary>One cell of the table of logins: a client, how it says who it is, and over what.</summary>
/// <param name="Client">Name of the client.</param>
/// <param name="Mechanism">A SASL mechanism, or mTLS.</param>
/// <param name="Protocol">Kafka's name of the security protocol.</param>
/// <param name="Missing">Why there is none: what the client's documentation says, and where. Null where it is supported, and tested.</param>
internal sealed record LoginCell(string Client, string Mechanism, string Protocol, string? Missing = null)
{
    public const string MutualTls = "mTLS";
}
