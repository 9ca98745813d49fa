using System.Net;
using System.Text;
using Kafka.Modular.Protocol;
using Kafka.Modular.Security.Authentication;
using Kafka.Modular.Spi.Security;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Security.Tests.Authentication;

/// <summary>The state machine of authentication: what may come when, and what becomes of it (KIP-43, KIP-152, KIP-368).</summary>
public sealed class SaslSessionTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly Listener _listener = new();
    private readonly SaslSession _session;

    public SaslSessionTests() => _session = new SaslSession(_listener, IPAddress.Loopback, _time);

    public void Dispose() => _session.Dispose();

    [Test]
    public async Task A_client_is_let_in_as_its_mechanism_says()
    {
        Assert.That(_session.OnApiVersions(isAnswered: true).Kind, Is.EqualTo(SaslVerdictKind.Pass));
        Assert.That(_session.OnHandshake(1, "A").Error, Is.EqualTo(ErrorCode.None));
        var challenge = await TokenAsync("continue");
        Assert.That((challenge.Kind, challenge.Identity, challenge.EndsConnection), Is.EqualTo((SaslVerdictKind.Token, (ClientIdentity?)null, false)));
        var success = await TokenAsync("alice");
        Assert.That(success.Identity!.Principal.ToString(), Is.EqualTo("User:alice"));
        Assert.That((_session.IsOpen, success.LifetimeMs, _listener.Disposed), Is.EqualTo((true, 0L, 1)));
    }

    [Test]
    public void Before_the_handshake_other_requests_end_the_connection_at_once()
    {
        var verdict = _session.OnOther(ApiKey.Produce);
        Assert.That((verdict.Kind, verdict.EndsConnection, verdict.IsDelayed, _session.HasFailed), Is.EqualTo((SaslVerdictKind.Close, true, false, true)));
    }

    [Test]
    public void A_mechanism_that_is_not_offered_fails_with_a_delay()
    {
        var verdict = _session.OnHandshake(1, "B\nC");
        Assert.That((verdict.Kind, verdict.Error, verdict.IsDelayed), Is.EqualTo((SaslVerdictKind.Handshake, ErrorCode.UnsupportedSaslMechanism, true)));
        Assert.That(verdict.Failure!.Cause, Does.Not.Contain("\n"));
    }

    [TestCase((short)0, SaslVerdictKind.Close)]
    [TestCase((short)1, SaslVerdictKind.Token)]
    public async Task A_failure_tells_the_client_Kafkas_message_and_the_log_the_cause(short version, SaslVerdictKind answer)
    {
        _session.OnHandshake(version, "A");
        Assert.That(_session.ExpectsBareToken, Is.EqualTo(version == 0));
        var verdict = await TokenAsync("fail", version == 0 ? null : (short)1);
        Assert.That((verdict.Kind, verdict.Error, verdict.IsDelayed), Is.EqualTo((answer, ErrorCode.SaslAuthenticationFailed, true)));
        Assert.That(verdict.ClientMessage, Is.EqualTo("Authentication failed during authentication due to invalid credentials with SASL mechanism A"));
        Assert.That(verdict.Failure!.Cause, Is.EqualTo("the cause"));
        Assert.That((await TokenAsync("alice")).Kind, Is.EqualTo(SaslVerdictKind.Close));
    }

    [Test]
    public async Task A_fault_of_a_mechanism_fails_without_what_it_says()
    {
        _session.OnHandshake(1, "A");
        var verdict = await TokenAsync("throw");
        Assert.That(verdict.Error, Is.EqualTo(ErrorCode.SaslAuthenticationFailed));
        Assert.That(verdict.Failure!.Cause, Does.StartWith("A failed with InvalidOperationException").And.Not.Contain("s3cret"));
    }

    [Test]
    public async Task A_mechanism_that_does_not_decide_in_time_fails()
    {
        _session.OnHandshake(1, "A");
        var step = TokenAsync("wait");
        _time.Advance(SaslSession.StepTime);
        Assert.That((await step).Failure!.Cause, Does.Contain("did not decide within 30 seconds"));
    }

    [Test]
    public async Task An_exchange_has_a_bounded_number_of_steps()
    {
        _session.OnHandshake(1, "A");
        for (var i = 0; i < SaslSession.MaximumSteps; i++)
            Assert.That((await TokenAsync("continue")).EndsConnection, Is.False);
        Assert.That((await TokenAsync("continue")).Failure!.Cause, Does.Contain("more than 16 steps"));
    }

    [TestCase(5_000L, null, 5_000L)]
    [TestCase(5_000L, 2_000L, 2_000L)]
    [TestCase(2_000L, 5_000L, 2_000L)]
    [TestCase(0L, 5_000L, 5_000L)]
    [TestCase(5_000L, -1_000L, 0L)]
    public async Task A_session_lives_as_long_as_listener_and_credential_allow(long maximum, long? credential, long expected)
    {
        _listener.MaximumMs = maximum;
        _listener.Ends = credential is null ? null : _time.GetUtcNow().AddMilliseconds(credential.Value);
        await LoginAsync("alice");
        Assert.That(_session.IsOpen, Is.False);
        _time.Advance(TimeSpan.FromMilliseconds(expected));
        Assert.That(_session.HasExpired, Is.False);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(_session.HasExpired);
    }

    [Test]
    public async Task Without_a_lifetime_nobody_authenticates_again()
    {
        await LoginAsync("alice");
        Assert.That(_session.TryReauthenticate(), Is.False);
    }

    [Test]
    public async Task Who_authenticates_again_lives_on_but_not_more_than_once_a_second()
    {
        _listener.MaximumMs = 5_000;
        await LoginAsync("alice");
        Assert.That(_session.TryReauthenticate());
        _session.OnHandshake(1, "A");
        Assert.That((await TokenAsync("alice")).LifetimeMs, Is.EqualTo(5_000));
        Assert.That(_session.TryReauthenticate(), Is.False);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(_session.TryReauthenticate());
    }

    [Test]
    public async Task Nobody_becomes_somebody_else()
    {
        _listener.MaximumMs = 5_000;
        await LoginAsync("alice");
        Assert.That(_session.TryReauthenticate());
        _session.OnHandshake(1, "A");
        var verdict = await TokenAsync("bob");
        Assert.That((verdict.Kind, verdict.Error, verdict.Identity), Is.EqualTo((SaslVerdictKind.Token, ErrorCode.SaslAuthenticationFailed, (ClientIdentity?)null)));
        Assert.That(verdict.ClientMessage, Is.EqualTo("Cannot change principals during re-authentication from User.alice: User.bob"));
    }

    [Test]
    public async Task Another_mechanism_for_re_authentication_ends_at_its_first_token_without_an_answer()
    {
        _listener.MaximumMs = 5_000;
        _listener.Offered = ["A", "C"];
        await LoginAsync("alice");
        Assert.That(_session.TryReauthenticate());
        Assert.That(_session.OnHandshake(1, "C").Error, Is.EqualTo(ErrorCode.None));
        var verdict = await TokenAsync("alice");
        Assert.That(verdict.Kind, Is.EqualTo(SaslVerdictKind.Close));
        Assert.That(verdict.Failure!.Cause, Is.EqualTo("SASL mechanism 'C' requested by client is not supported for re-authentication of mechanism 'A'"));
    }

    [Test]
    public async Task A_failure_of_re_authentication_says_so()
    {
        _listener.MaximumMs = 5_000;
        await LoginAsync("alice");
        Assert.That(_session.TryReauthenticate());
        _session.OnHandshake(1, "A");
        Assert.That(
            (await TokenAsync("fail")).ClientMessage,
            Is.EqualTo("Authentication failed during re-authentication due to invalid credentials with SASL mechanism A"));
    }

    private async Task LoginAsync(string user)
    {
        _session.OnHandshake(1, "A");
        Assert.That((await TokenAsync(user)).Identity, Is.Not.Null);
    }

    private ValueTask<SaslVerdict> TokenAsync(string text, short? version = 1)
        => _session.OnTokenAsync(Encoding.UTF8.GetBytes(text), version, CancellationToken.None);

    private sealed class Listener : ISaslListener
    {
        public string Name => "TEST";

        public IReadOnlyList<string> Mechanisms => Offered;

        public IReadOnlyList<string> Offered { get; set; } = ["A"];

        public long MaximumMs { get; set; }

        public DateTimeOffset? Ends { get; set; }

        public int Disposed { get; private set; }

        public ISaslExchange? Begin(string mechanism, IPAddress address) => new Exchange(this);

        public long MaximumReauthenticationMs(string mechanism) => MaximumMs;

        public KafkaPrincipal? PrincipalOf(string mechanism, string name) => new(KafkaPrincipal.UserType, name);

        private sealed class Exchange(Listener listener) : ISaslExchange
        {
            public async ValueTask<SaslStep> StepAsync(ReadOnlyMemory<byte> token, CancellationToken cancellationToken)
            {
                var text = Encoding.UTF8.GetString(token.Span);
                if (text == "wait")
                    await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
                return text switch
                {
                    "continue" => SaslStep.Continue("go on"u8.ToArray()),
                    "fail" => SaslStep.Fail("the cause"),
                    "throw" => throw new InvalidOperationException("s3cret"),
                    _ => SaslStep.Succeed(new SaslIdentity(text, [], listener.Ends), default),
                };
            }

            public void Dispose() => listener.Disposed++;
        }
    }
}
