namespace Kafka.Modular.Security.Authentication;

/// <summary>What becomes of a request of a connection on a SASL listener.</summary>
public enum SaslVerdictKind
{
    /// <summary>The connection is closed without an answer.</summary>
    Close,

    /// <summary>It goes to its handler.</summary>
    Pass,

    /// <summary>It is a SaslHandshake, answered with the error and the mechanisms.</summary>
    Handshake,

    /// <summary>It is a token, answered with the error and message or a token, framed as the client framed its own.</summary>
    Token,

    /// <summary>It is another request, answered with the error in its own response.</summary>
    Error,
}
