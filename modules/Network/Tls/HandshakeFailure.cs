using System.Buffers.Binary;
using System.Security.Authentication;
using Kafka.Modular.Core.Transport;

namespace Kafka.Modular.Network.Tls;

/// <summary>Why a handshake failed, for the operator.</summary>
/// <param name="Cause">What happened.</param>
/// <param name="Hint">What helps; a sentence with a space before it, or nothing.</param>
internal readonly record struct HandshakeFailure(string Cause, string Hint)
{
    private const string NotTrusted = " It may not trust this listener's certificate: the issuer is not in its trust store (ssl.truststore.*, ssl.ca.location), the certificate has expired, "
        + "or is not for the host name that it connects to (advertised.listeners). Its log may say which.";

    // What OpenSSL calls what happened, and what it means here. The first that is found counts.
    private static readonly (string Text, string Cause, string Hint)[] s_known =
    [
        ("alert unknown ca", "the client does not know the issuer of this listener's certificate", " Give that client the issuer in its trust store (ssl.truststore.*, ssl.ca.location)."),
        ("alert certificate expired", "the client finds that this listener's certificate has expired", " Replace the certificate, or check that client's clock."),
        ("alert certificate unknown", "the client refuses this listener's certificate", " Its log says why; often the certificate is not for the host name that it connects to (advertised.listeners)."),
        ("alert bad certificate", "the client refuses this listener's certificate", " Its log says why; often the certificate is not for the host name that it connects to (advertised.listeners)."),
        ("alert unsupported certificate", "the client cannot use this listener's certificate", ""),
        ("alert protocol version", "the client does not support a version of TLS that is enabled here", " See ssl.enabled.protocols."),
        ("alert handshake failure", "the client found nothing to agree on", " See ssl.cipher.suites and ssl.enabled.protocols."),
        ("peer did not return a certificate", "the client sent no certificate", " This listener requires one (ssl.client.auth)."),
        ("unsupported protocol", "the client supports no version of TLS that is enabled here", " See ssl.enabled.protocols."),
        ("no shared cipher", "the client supports no cipher suite that is enabled here", " See ssl.cipher.suites, and the kind of the key in the key store."),
        ("no suitable signature algorithm", "the client supports no signature of this listener's kind of key", ""),
        ("no suitable key share", "the client supports no group for the key exchange that is known here", ""),
        ("wrong version number", "what the client sent is not TLS", ""),
        ("alert", "the client ended the handshake with an alert", ""),
    ];

    /// <summary>The failure of a peer whose first bytes are no TLS record.</summary>
    public static HandshakeFailure NotTls(ReadOnlySpan<byte> first)
    {
        if (first.StartsWith("GET "u8) || first.StartsWith("POST"u8) || first.StartsWith("HEAD"u8) || first.StartsWith("PUT "u8))
        {
            return new("what came is HTTP without TLS", " This port speaks Kafka's protocol.");
        }

        // A request without encryption: its size, then the number of an API, of which there are less than 256.
        return first.Length >= 5 && BinaryPrimitives.ReadInt32BigEndian(first) is > 0 and < 0x01000000 && first[4] == 0
            ? new("what came is a Kafka request without TLS", " Set security.protocol=SSL or SASL_SSL in that client, or connect it to a listener without TLS.")
            : new("what came is not TLS", " Set security.protocol=SSL or SASL_SSL in that client, or connect it to a listener without TLS.");
    }

    /// <summary>The failure of a handshake.</summary>
    /// <param name="fault">What it threw.</param>
    /// <param name="refusal">Why the client's certificate was not trusted, if it was not.</param>
    public static HandshakeFailure Of(Exception fault, string? refusal)
    {
        if (refusal is not null)
        {
            return new($"the client's certificate is refused: {refusal}", HintOf(refusal));
        }

        return Find(fault) ?? (fault is AuthenticationException
            ? new HandshakeFailure((fault.InnerException ?? fault).Message.TrimEnd('.'), "")
            : fault.IsConnectionLoss() ? new HandshakeFailure("the client closed the connection during the handshake", NotTrusted) : new HandshakeFailure(fault.Message.TrimEnd('.'), ""));
    }

    private static string HintOf(string refusal)
    {
        if (refusal == "no certificate was sent")
        {
            return " This listener requires one (ssl.client.auth).";
        }

        return refusal.Contains(" expired at ", StringComparison.Ordinal) || refusal.Contains(" is valid from ", StringComparison.Ordinal)
            ? " Renew it, or check this machine's clock."
            : " See ssl.truststore.* of this listener.";
    }

    private static HandshakeFailure? Find(Exception fault)
    {
        var text = "";
        for (var inner = fault; inner is not null; inner = inner.InnerException)
        {
            text += inner.Message + "\n";
        }

        foreach (var (known, cause, hint) in s_known)
        {
            if (text.Contains(known, StringComparison.OrdinalIgnoreCase))
            {
                return new(cause, hint);
            }
        }

        return null;
    }
}
