using System.Globalization;
using System.Net;
using System.Text;
using Kafka.Modular.Protocol;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Security.Authentication;

/// <summary>
/// The authentication of one connection, from its first request on, and each time again (KIP-43, KIP-152, KIP-368). Pure: requests in, verdicts out. One request
/// at a time; what comes while a token is looked at has to wait for it.
/// </summary>
/// <remarks>Who asks what when, and how each mistake is answered, is as in Kafka's <c>SaslServerAuthenticator</c>.</remarks>
/// <param name="listener">Where the connection was accepted.</param>
/// <param name="address">The client's address.</param>
/// <param name="time">The clock.</param>
public sealed class SaslSession(ISaslListener listener, IPAddress address, TimeProvider time) : IDisposable
{
    /// <summary>More steps than any mechanism takes.</summary>
    internal const int MaximumSteps = 16;

    /// <summary>How long one step of a mechanism may take.</summary>
    internal static readonly TimeSpan StepTime = TimeSpan.FromSeconds(30);

    /// <summary>A client that authenticates again sooner than this is refused.</summary>
    private static readonly TimeSpan s_shortestReauthentication = TimeSpan.FromSeconds(1);

    private const int LongestName = 64;

    private SaslPhase _phase;
    private ISaslExchange? _exchange;
    private string? _mechanism;
    private string? _askedFor;
    private int _steps;
    private bool _hasHeaders;
    private Login? _login;
    private Login? _before;
    private long? _lastReauthentication;
    private long _ends;
    private bool _isEnding;

    /// <summary>Whether it is known who the client is, for good: no request has to be looked at any more.</summary>
    public bool IsOpen => _phase == SaslPhase.Complete && !_isEnding;

    /// <summary>Whether it is known who the client is, be it for a time.</summary>
    public bool IsComplete => _phase == SaslPhase.Complete;

    /// <summary>Whether the authentication failed.</summary>
    public bool HasFailed => _phase == SaslPhase.Failed;

    /// <summary>Whether the next frame is a bare token (after SaslHandshake v0), without a request's header.</summary>
    public bool ExpectsBareToken => _phase is SaslPhase.Token or SaslPhase.OtherMechanism && !_hasHeaders;

    /// <summary>Whether the next request must be SaslAuthenticate.</summary>
    public bool ExpectsToken => _phase is SaslPhase.Token or SaslPhase.OtherMechanism && _hasHeaders;

    /// <summary>The client's address.</summary>
    public IPAddress Address => address;

    /// <summary>Whether this is not the first time that the client authenticates.</summary>
    public bool IsReauthentication => _before is not null;

    /// <summary>The mechanism that the client chose, or null.</summary>
    public string? Mechanism => _mechanism;

    /// <summary>The mechanism that the client asked for last, offered or not, fit for a log line; <c>none</c> when it has not asked yet.</summary>
    public string AskedFor => _askedFor is null ? "none" : Shown(_askedFor);

    /// <summary>Whether the client has shown that it authenticates again by itself (SaslAuthenticate v1).</summary>
    public bool ClientReauthenticates { get; private set; }

    /// <summary>Whether the time is over after which the client had to authenticate again.</summary>
    public bool HasExpired => IsComplete && _isEnding && time.GetTimestamp() > _ends;

    /// <summary>ApiVersions came.</summary>
    /// <param name="isAnswered">Whether it is one that is answered without an error.</param>
    public SaslVerdict OnApiVersions(bool isAnswered)
    {
        if (_phase is not (SaslPhase.Initial or SaslPhase.HandshakeOrVersions))
            return Disconnect("ApiVersions came where only SaslHandshake may come");
        _phase = isAnswered ? SaslPhase.Handshake : SaslPhase.HandshakeOrVersions;
        return SaslVerdict.Pass;
    }

    /// <summary>SaslHandshake came where a client authenticates for the first time, or <see cref="TryReauthenticate"/> allowed it.</summary>
    /// <param name="version">Its version.</param>
    /// <param name="mechanism">The mechanism that the client wants.</param>
    public SaslVerdict OnHandshake(short version, string mechanism)
    {
        if (_phase is not (SaslPhase.Initial or SaslPhase.HandshakeOrVersions or SaslPhase.Handshake))
            return Disconnect("SaslHandshake came where only a token may come");
        _hasHeaders = version >= 1;
        _askedFor = mechanism;
        if (!listener.Mechanisms.Contains(mechanism, StringComparer.Ordinal) || listener.Begin(mechanism, address) is not { } exchange)
        {
            _phase = SaslPhase.Failed;
            return SaslVerdict.Fail(SaslVerdictKind.Handshake, ErrorCode.UnsupportedSaslMechanism, null, new SaslFailure(
                $"mechanism '{Shown(mechanism)}' is not enabled",
                Hint: $"this listener offers {string.Join(", ", listener.Mechanisms)} (sasl.enabled.mechanisms); set sasl.mechanism of the client to one of them"));
        }

        if (_before is { } before && !string.Equals(before.Mechanism, mechanism, StringComparison.Ordinal))
        {
            exchange.Dispose();
            _phase = SaslPhase.OtherMechanism;
            _mechanism = mechanism;
            return SaslVerdict.Handshake();
        }

        _exchange = exchange;
        _mechanism = mechanism;
        _steps = 0;
        _phase = SaslPhase.Token;
        return SaslVerdict.Handshake();
    }

    /// <summary>Another request came where only some may.</summary>
    /// <param name="api">Its API.</param>
    public SaslVerdict OnOther(ApiKey api)
    {
        if (!ExpectsToken)
        {
            return Disconnect(
                $"{api} came before authentication",
                "the client has to use SASL: set its security.protocol to the listener's");
        }

        End();
        return SaslVerdict.Fail(
            SaslVerdictKind.Error, ErrorCode.IllegalSaslState, null, new SaslFailure($"{api} came where only SaslAuthenticate may come"));
    }

    /// <summary>What came cannot be read.</summary>
    public SaslVerdict OnMalformed()
        => Disconnect(
            "what came is not a request that may begin authentication",
            "the client may use another security.protocol than this listener, be older than KIP-43, or not speak Kafka's protocol at all");

    /// <summary>A token came.</summary>
    /// <param name="token">The client's bytes; valid until the task completes.</param>
    /// <param name="version">The version of its SaslAuthenticate, or null for a bare token.</param>
    /// <param name="cancellationToken">Cancelled when the client is gone.</param>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public async ValueTask<SaslVerdict> OnTokenAsync(ReadOnlyMemory<byte> token, short? version, CancellationToken cancellationToken)
    {
        ClientReauthenticates |= version > 0;
        if (_phase == SaslPhase.OtherMechanism)
        {
            var message = $"SASL mechanism '{Shown(_mechanism!)}' requested by client is not supported for re-authentication of mechanism '{_before!.Mechanism}'";
            _phase = SaslPhase.Failed;

            // Kafka closes without an answer here.
            return SaslVerdict.Fail(SaslVerdictKind.Close, ErrorCode.SaslAuthenticationFailed, null, new SaslFailure(message));
        }

        if (_phase != SaslPhase.Token)
            return Disconnect("a token came where none may come");
        if (++_steps > MaximumSteps)
            return Fail(new SaslFailure($"the exchange took more than {MaximumSteps} steps"));
        var step = await StepAsync(token, cancellationToken);
        return step.Kind switch
        {
            SaslStepKind.Continue => SaslVerdict.Challenge(step.Response),
            SaslStepKind.Succeeded => Succeed(step),
            _ => Fail(step.Failure!),
        };
    }

    /// <summary>SaslHandshake came although it is known who the client is.</summary>
    /// <returns>Whether it begins re-authentication (KIP-368), and goes to <see cref="OnHandshake"/>; otherwise it is a request like any other.</returns>
    public bool TryReauthenticate()
    {
        if (!IsComplete || !_isEnding)
            return false;
        var now = time.GetTimestamp();
        if (_lastReauthentication is { } last && time.GetElapsedTime(last, now) < s_shortestReauthentication)
            return false;
        _lastReauthentication = now;
        _before = _login;
        _phase = SaslPhase.Handshake;
        ClientReauthenticates = false;
        return true;
    }

    /// <summary>Ends an exchange that is under way.</summary>
    public void Dispose()
    {
        _exchange?.Dispose();
        _exchange = null;
    }

    // The client's text: of bounded length, and nothing in it that could pass for another part of the line.
    private static string Shown(string mechanism)
    {
        var shown = new StringBuilder();
        foreach (var each in mechanism.AsSpan(0, Math.Min(mechanism.Length, LongestName)))
        {
            if (char.IsAsciiLetterOrDigit(each) || each is '-' or '_' or '.')
                shown.Append(each);
            else
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)each:X4}");
        }

        return mechanism.Length > LongestName ? shown.Append('…').ToString() : shown.ToString();
    }

    private async ValueTask<SaslStep> StepAsync(ReadOnlyMemory<byte> token, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(StepTime, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await _exchange!.StepAsync(token, both.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            End();
            throw;
        }
        catch (OperationCanceledException)
        {
            return SaslStep.Fail($"{_mechanism} did not decide within {StepTime.TotalSeconds:0} seconds", hint: "look at its credential store");
        }
        catch (Exception fault)
        {
            // Its message is left out: it may quote what the client sent.
            return SaslStep.Fail($"{_mechanism} failed with {fault.GetType().Name}{At(fault)}", hint: "this is a fault of the mechanism or of its credential store, not of the client");
        }
    }

    private static string At(Exception fault)
        => new System.Diagnostics.StackTrace(fault).GetFrame(0)?.GetMethod() is { } method ? $" in {method.DeclaringType?.Name}.{method.Name}" : "";

    private SaslVerdict Succeed(in SaslStep step)
    {
        var identity = step.Identity!;
        if (listener.PrincipalOf(_mechanism!, identity.Name) is not { } principal)
            return Fail(new SaslFailure($"no rule makes a principal of the name '{identity.Name}'", Hint: "look at the listener's rules for principals"));
        if (_before is { } before && before.Principal != principal)
        {
            var message = $"Cannot change principals during re-authentication from {before.Principal.Type}.{before.Principal.Name}: {principal.Type}.{principal.Name}";
            return Fail(new SaslFailure($"{principal} came where {before.Principal} was", message, "a connection keeps its user; connect anew to be another"));
        }

        var lifetime = StartSession(identity.ExpiresAt);
        End();
        _phase = SaslPhase.Complete;
        _login = new Login(_mechanism!, principal);
        // A copy: a list of the plugin's own type would keep its code in memory as long as the client is connected.
        return SaslVerdict.Success(step.Response, new ClientIdentity(principal, identity.Groups.ToArray(), address, listener.Name), lifetime);
    }

    // The shorter of what the listener and what the credential allows (KIP-368).
    private long StartSession(DateTimeOffset? credentialEnds)
    {
        var maximum = listener.MaximumReauthenticationMs(_mechanism!);
        _isEnding = credentialEnds is not null || maximum > 0;
        if (!_isEnding)
            return 0;
        var ofCredential = credentialEnds is { } ends ? (long)(ends - time.GetUtcNow()).TotalMilliseconds : long.MaxValue;
        var lifetime = Math.Max(0, Math.Min(ofCredential, maximum > 0 ? maximum : long.MaxValue));
        var ticks = lifetime / 1000.0 * time.TimestampFrequency;
        _ends = ticks < long.MaxValue / 2 ? time.GetTimestamp() + (long)ticks : long.MaxValue;
        return lifetime;
    }

    private SaslVerdict Fail(SaslFailure failure)
    {
        End();

        // A bare token has no room for an error.
        var text = IsReauthentication ? "re-authentication" : "authentication";
        return SaslVerdict.Fail(
            _hasHeaders ? SaslVerdictKind.Token : SaslVerdictKind.Close,
            ErrorCode.SaslAuthenticationFailed,
            failure.ClientMessage ?? $"Authentication failed during {text} due to invalid credentials with SASL mechanism {_mechanism}",
            failure);
    }

    private SaslVerdict Disconnect(string cause, string? hint = null)
    {
        End();
        return SaslVerdict.Disconnect(new SaslFailure(cause, Hint: hint));
    }

    private void End()
    {
        Dispose();
        _phase = SaslPhase.Failed;
    }

    private sealed record Login(string Mechanism, KafkaPrincipal Principal);
}
