using System.Runtime.InteropServices;
using Kafka.Modular.Protocol;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Security.Authentication;

/// <summary>What a <see cref="SaslSession"/> decides about a request.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SaslVerdict
{
    /// <summary>What becomes of the request.</summary>
    public SaslVerdictKind Kind { get; private init; }

    /// <summary>The error that is answered.</summary>
    public ErrorCode Error { get; private init; }

    /// <summary>What the client is told, or null.</summary>
    public string? ClientMessage { get; private init; }

    /// <summary>The token that is answered.</summary>
    public ReadOnlyMemory<byte> Token { get; private init; }

    /// <summary>After how many milliseconds the client must authenticate again; 0 for never (KIP-368).</summary>
    public long LifetimeMs { get; private init; }

    /// <summary>Why the authentication failed, or null where it did not. The connection ends after the answer.</summary>
    public SaslFailure? Failure { get; private init; }

    /// <summary>Whether answer and end are delayed by <c>connection.failed.authentication.delay.ms</c>.</summary>
    public bool IsDelayed { get; private init; }

    /// <summary>Who the client is, when this request has shown it.</summary>
    public ClientIdentity? Identity { get; private init; }

    /// <summary>Whether the connection ends after the answer.</summary>
    public bool EndsConnection => Failure is not null;

    internal static SaslVerdict Pass { get; } = new() { Kind = SaslVerdictKind.Pass };

    internal static SaslVerdict Handshake() => new() { Kind = SaslVerdictKind.Handshake };

    internal static SaslVerdict Challenge(ReadOnlyMemory<byte> token) => new() { Kind = SaslVerdictKind.Token, Token = token };

    internal static SaslVerdict Success(ReadOnlyMemory<byte> token, ClientIdentity identity, long lifetimeMs)
        => new() { Kind = SaslVerdictKind.Token, Token = token, Identity = identity, LifetimeMs = lifetimeMs };

    internal static SaslVerdict Fail(SaslVerdictKind answer, ErrorCode error, string? clientMessage, SaslFailure failure)
        => new() { Kind = answer, Error = error, ClientMessage = clientMessage, Failure = failure, IsDelayed = true };

    /// <summary>What came is nothing that a client sends here: closed at once, as Kafka does.</summary>
    internal static SaslVerdict Disconnect(SaslFailure failure) => new() { Kind = SaslVerdictKind.Close, Failure = failure };
}
