namespace Kafka.Modular.Client.Security;

/// <summary>Says in words of operators why a handshake failed. What the library of TLS says is in the messages of its exceptions alone.</summary>
internal static class TlsFaults
{
    /// <summary>The reason in a sentence's part.</summary>
    public static string Explain(Exception fault)
    {
        if (Alert(fault) is { } alert)
        {
            return alert;
        }

        var texts = Texts(fault);
        if (texts.Contains("frame size", StringComparison.Ordinal) || texts.Contains("wrong version number", StringComparison.Ordinal)
            || texts.Contains("packet length", StringComparison.Ordinal))
        {
            return "the peer does not speak TLS; its listener may be PLAINTEXT or SASL_PLAINTEXT, or not Kafka's";
        }

        for (var inner = fault; ; inner = inner.InnerException)
        {
            if (inner.InnerException is null)
            {
                return inner.Message;
            }
        }
    }

    /// <summary>What an alert of the peer means (RFC 8446, section 6.2); null when it sent none.</summary>
    public static string? Alert(Exception? fault)
    {
        var texts = Texts(fault);
        if (!texts.Contains(" alert ", StringComparison.Ordinal))
        {
            return null;
        }

        return texts switch
        {
            _ when Has(texts, "certificate required") => "the broker asks for a certificate of the client; ssl.keystore.location gives one",
            _ when Has(texts, "unknown ca") => "the broker does not trust the issuer of the client's certificate (ssl.keystore.location)",
            _ when Has(texts, "certificate expired") => "the broker says that the client's certificate has expired (ssl.keystore.location)",
            _ when Has(texts, "certificate unknown") || Has(texts, "bad certificate") || Has(texts, "access denied") => "the broker does not accept the client's certificate (ssl.keystore.location)",
            _ when Has(texts, "protocol version") => "the broker takes none of the client's versions of TLS (ssl.enabled.protocols)",
            _ when Has(texts, "handshake failure") => "the broker refused: no cipher suite of both sides (ssl.cipher.suites), or it asks for a certificate of the client (ssl.keystore.location)",
            _ when Has(texts, "unrecognized name") => "the broker does not know the name that the client connects to",
            _ => texts[(texts.LastIndexOf(" alert ", StringComparison.Ordinal) + 1)..].TrimEnd('\n'),
        };
    }

    private static bool Has(string texts, string alert) => texts.Contains(alert, StringComparison.Ordinal);

    private static string Texts(Exception? fault)
    {
        var texts = "";
        for (; fault is not null; fault = fault.InnerException)
        {
            texts += fault.Message + "\n";
        }

        return texts;
    }
}
