namespace Kafka.Modular.Security.Authentication;

/// <summary>How far the authentication of a connection is.</summary>
internal enum SaslPhase
{
    /// <summary>Nothing came yet.</summary>
    Initial,

    /// <summary>An ApiVersions request was refused: another one may come, or SaslHandshake.</summary>
    HandshakeOrVersions,

    /// <summary>ApiVersions was answered: only SaslHandshake may come.</summary>
    Handshake,

    /// <summary>The mechanism is chosen: only its tokens may come.</summary>
    Token,

    /// <summary>It is known who the client is.</summary>
    Complete,

    /// <summary>Re-authentication was begun with another mechanism than before: the next token fails.</summary>
    OtherMechanism,

    /// <summary>Failed: nothing is answered any more.</summary>
    Failed,
}
