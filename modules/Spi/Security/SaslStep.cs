using System.Runtime.InteropServices;

namespace Kafka.Modular.Spi.Security;

/// <summary>What a step of an exchange came to.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct SaslStep
{
    private readonly SaslFailure? _failure;

    private SaslStep(SaslStepKind kind, ReadOnlyMemory<byte> response, SaslIdentity? identity, SaslFailure? failure)
    {
        Kind = kind;
        Response = response;
        Identity = identity;
        _failure = failure;
    }

    /// <summary>How far the exchange is.</summary>
    public SaslStepKind Kind { get; }

    /// <summary>What the client is sent; may be empty. Nothing is sent of it when the exchange failed.</summary>
    public ReadOnlyMemory<byte> Response { get; }

    /// <summary>Who the client is; null until the exchange has succeeded.</summary>
    public SaslIdentity? Identity { get; }

    /// <summary>Why it failed; null unless it did.</summary>
    public SaslFailure? Failure => Kind == SaslStepKind.Failed ? _failure ?? SaslFailure.Unexplained : null;

    /// <summary>The client has to answer.</summary>
    /// <param name="challenge">What it is sent.</param>
    public static SaslStep Continue(ReadOnlyMemory<byte> challenge) => new(SaslStepKind.Continue, challenge, null, null);

    /// <summary>It is known who the client is.</summary>
    /// <param name="identity">Who.</param>
    /// <param name="response">The last bytes that it is sent; may be empty.</param>
    public static SaslStep Succeed(SaslIdentity identity, ReadOnlyMemory<byte> response) => new(SaslStepKind.Succeeded, response, identity, null);

    /// <summary>The client is not who it says, or what it sent makes no sense.</summary>
    /// <param name="failure">Why.</param>
    public static SaslStep Fail(SaslFailure failure) => new(SaslStepKind.Failed, default, null, failure);

    /// <summary>The client is not who it says, or what it sent makes no sense.</summary>
    /// <param name="cause">Why, for the log; see <see cref="SaslFailure.Cause"/>.</param>
    /// <param name="clientMessage">For the client; null tells it no more than that it failed.</param>
    /// <param name="hint">What the operator can do, or null.</param>
    public static SaslStep Fail(string cause, string? clientMessage = null, string? hint = null) => Fail(new SaslFailure(cause, clientMessage, hint));
}
