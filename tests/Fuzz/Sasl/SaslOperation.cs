namespace Kafka.Modular.Fuzz.Tests.Sasl;

/// <summary>What an input has a client do.</summary>
internal enum SaslOperation
{
    /// <summary>ApiVersions; the byte says whether it is one that is answered.</summary>
    ApiVersions,

    /// <summary>SaslHandshake: its version, then the mechanism.</summary>
    Handshake,

    /// <summary>A token: how it is framed, then its bytes.</summary>
    Token,

    /// <summary>The token that who knows the password sends next: how it is framed, then which user.</summary>
    Right,

    /// <summary>The same with one byte of it changed: how it is framed, which byte, and how.</summary>
    NearlyRight,

    /// <summary>Another request: the number of its API.</summary>
    Other,

    /// <summary>What cannot be read.</summary>
    Malformed,

    /// <summary>SaslHandshake comes where everything may come.</summary>
    Reauthenticate,

    /// <summary>Time passes: tenths of a second.</summary>
    Wait,

    /// <summary>How many there are.</summary>
    Count,
}
