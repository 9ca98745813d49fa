using System.Text;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Client.Connections;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Client.Tests.Security;

internal sealed class SaslAuthenticatorTests : ClientFixture
{
    private static readonly SaslOptions s_plain = new(SaslOptions.Plain, "alice", new Secret("s3cret"));

    [Test]
    public async Task A_login_is_a_handshake_and_a_token_and_then_requests_go_through()
    {
        var peer = Peer();
        var connecting = ConnectAsync(peer, Plain);
        var there = await peer.AcceptedAsync();
        Assert.That(await LogInAsync(there), Is.EqualTo("\0alice\0s3cret"));
        var connection = await connecting;
        var answer = connection.SendAsync(new ListGroupsRequest(), SendOptions.Default, CancellationToken.None);
        await AnswerGroupsAsync(there);
        Assert.That((await answer).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_login_that_the_broker_refuses_carries_its_words_and_is_not_tried_again()
    {
        var peer = Peer();
        await using var cluster = new ClusterClient(Plain(Options(peer.Address)), Parts);
        var metadata = cluster.GetMetadataAsync([], CancellationToken.None).AsTask();
        var there = await peer.AcceptedAsync();
        await HandshakeAsync(there);
        await there.AnswerAsync(await there.ReadAsync(), new SaslAuthenticateResponse
        {
            ErrorCode = ErrorCode.SaslAuthenticationFailed, ErrorMessage = "Authentication failed: Invalid username or password",
        });
        var fault = Assert.ThrowsAsync<KafkaClientException>(() => metadata);
        Assert.That(fault.Code, Is.EqualTo(ErrorCode.SaslAuthenticationFailed));
        Assert.That(fault.Message, Is.EqualTo("Authentication failed: Invalid username or password"));
        Assert.That(fault.IsRetriable, Is.False);
        Assert.That(peer.Accepted, Is.EqualTo(1));
    }

    [TestCase(ErrorCode.UnsupportedSaslMechanism, ErrorCode.UnsupportedSaslMechanism, "Client SASL mechanism 'PLAIN' not enabled in the server, enabled mechanisms are [SCRAM-SHA-256, GSSAPI]")]
    [TestCase(ErrorCode.IllegalSaslState, ErrorCode.IllegalSaslState, "Unexpected handshake request with client mechanism PLAIN, enabled mechanisms are [SCRAM-SHA-256, GSSAPI]")]
    [TestCase(ErrorCode.UnknownServerError, ErrorCode.IllegalSaslState, "Unknown error code UNKNOWN_SERVER_ERROR")]
    public async Task A_mechanism_that_is_not_enabled_is_named_with_those_that_are(ErrorCode code, ErrorCode expected, string message)
    {
        var peer = Peer();
        var connecting = ConnectAsync(peer, Plain);
        var there = await peer.AcceptedAsync();
        await there.AnswerAsync(await there.ReadAsync(), new SaslHandshakeResponse { ErrorCode = code, Mechanisms = ["SCRAM-SHA-256", "GSSAPI"] });
        var fault = Assert.ThrowsAsync<KafkaClientException>(() => connecting);
        Assert.That(fault.Code, Is.EqualTo(expected));
        Assert.That(fault.Message, Does.StartWith(message));
        Assert.That(fault.IsAuthenticationFailure);
    }

    [Test]
    public async Task Who_hangs_up_on_a_login_may_be_tried_again()
    {
        var peer = Peer();
        var connecting = ConnectAsync(peer, Plain);
        var there = await peer.AcceptedAsync();
        await HandshakeAsync(there);
        there.Transport.Abort();
        var fault = Assert.ThrowsAsync<KafkaClientException>(() => connecting);
        Assert.That(fault.Message, Does.Contain("closed during authentication"));
        Assert.That(fault.IsRetriable);
    }

    [Test]
    public async Task A_broker_that_keeps_silent_is_given_up()
    {
        var peer = Peer();
        var connecting = ConnectAsync(peer, Plain);
        var there = await peer.AcceptedAsync();
        await there.ReadAsync();
        var fault = Assert.ThrowsAsync<KafkaClientException>(() => ElapseUntilAsync(connecting));
        Assert.That(fault.Code, Is.EqualTo(ErrorCode.RequestTimedOut));
    }

    [Test]
    public async Task A_broker_without_SASL_is_named()
    {
        var peer = Peer(_ => new ApiVersionsResponse { ApiKeys = [new() { ApiKey = (short)ApiKey.SaslHandshake, MinVersion = 0, MaxVersion = 0 }] });
        var connecting = ConnectAsync(peer, Plain);
        await peer.AcceptedAsync();
        Assert.That(async () => await connecting, Throws.InstanceOf<UnsupportedVersionException>().With.Message.Contains("SaslHandshake"));
    }

    [Test]
    public async Task Before_a_session_ends_the_next_request_waits_for_a_login_and_those_under_way_are_answered_as_before()
    {
        var peer = Peer();
        var connecting = ConnectAsync(peer, Plain);
        var there = await peer.AcceptedAsync();
        await LogInAsync(there, lifetimeMs: 10_000);
        var connection = await connecting;

        Time.Advance(TimeSpan.FromMilliseconds(8_499));
        var before = connection.SendAsync(new ListGroupsRequest(), SendOptions.Default, CancellationToken.None).AsTask();
        var request = await there.ReadAsync();
        Assert.That(request.Key, Is.EqualTo(ApiKey.ListGroups), "no login before 85 % of the time");

        Time.Advance(TimeSpan.FromMilliseconds(1_001));
        var after = connection.SendAsync(new ListGroupsRequest(), SendOptions.Default, CancellationToken.None).AsTask();
        var alsoAfter = connection.SendAsync(new FindCoordinatorRequest(), SendOptions.Default, CancellationToken.None).AsTask();
        var handshake = await there.ReadAsync();
        Assert.That(handshake.Key, Is.EqualTo(ApiKey.SaslHandshake), "a login at 95 % of the time");

        await there.AnswerAsync(request, new ListGroupsResponse());
        await before;
        await there.AnswerAsync(handshake, new SaslHandshakeResponse());
        var token = await there.ReadAsync();
        Assert.That(token.Body, Is.InstanceOf<SaslAuthenticateRequest>());
        await there.AnswerAsync(token, new SaslAuthenticateResponse { SessionLifetimeMs = 10_000 });

        await AnswerGroupsAsync(there);
        await after;
        await there.AnswerAsync(await there.ReadAsync(), new FindCoordinatorResponse());
        await alsoAfter;
        Assert.That(connection.InFlight, Is.Zero);
        Assert.That(peer.Accepted, Is.EqualTo(1));
    }

    [Test]
    public async Task A_session_that_lasts_as_long_as_the_connection_needs_one_login()
    {
        var peer = Peer();
        var connecting = ConnectAsync(peer, options => Plain(options) with { ConnectionsMaximumIdle = null });
        var there = await peer.AcceptedAsync();
        await LogInAsync(there);
        var connection = await connecting;
        Time.Advance(TimeSpan.FromDays(20));
        var answer = connection.SendAsync(new ListGroupsRequest(), SendOptions.Default, CancellationToken.None).AsTask();
        await AnswerGroupsAsync(there);
        await answer;
    }

    [Test]
    public async Task A_login_that_is_refused_the_second_time_fails_what_waits_for_it()
    {
        var peer = Peer();
        var connecting = ConnectAsync(peer, Plain);
        var there = await peer.AcceptedAsync();
        await LogInAsync(there, lifetimeMs: 1_000);
        var connection = await connecting;
        Time.Advance(TimeSpan.FromMilliseconds(950));
        var answer = connection.SendAsync(new ListGroupsRequest(), SendOptions.Default, CancellationToken.None).AsTask();
        await HandshakeAsync(there);
        await there.AnswerAsync(await there.ReadAsync(), new SaslAuthenticateResponse { ErrorCode = ErrorCode.SaslAuthenticationFailed, ErrorMessage = "gone" });
        var fault = Assert.ThrowsAsync<KafkaClientException>(() => answer);
        Assert.That(fault.Code, Is.EqualTo(ErrorCode.SaslAuthenticationFailed));
        Assert.That(fault.Message, Is.EqualTo("gone"));
        Assert.That(connection.IsAlive, Is.False);
    }

    private static ClientOptions Plain(ClientOptions options) => options with { SecurityProtocol = ClientOptions.SaslPlaintext, Sasl = s_plain };

    private static async Task HandshakeAsync(ScriptedConnection there)
    {
        var request = await there.ReadAsync();
        Assert.That(request.Version, Is.EqualTo(1));
        Assert.That(((SaslHandshakeRequest)request.Body).Mechanism, Is.EqualTo("PLAIN"));
        await there.AnswerAsync(request, new SaslHandshakeResponse { Mechanisms = ["PLAIN"] });
    }

    private static async Task<string> LogInAsync(ScriptedConnection there, long lifetimeMs = 0)
    {
        await HandshakeAsync(there);
        var request = await there.ReadAsync();
        Assert.That(request.Version, Is.EqualTo(2));
        await there.AnswerAsync(request, new SaslAuthenticateResponse { SessionLifetimeMs = lifetimeMs });
        return Encoding.UTF8.GetString(((SaslAuthenticateRequest)request.Body).AuthBytes);
    }

    private static async Task AnswerGroupsAsync(ScriptedConnection there)
    {
        var request = await there.ReadAsync();
        Assert.That(request.Key, Is.EqualTo(ApiKey.ListGroups));
        await there.AnswerAsync(request, new ListGroupsResponse());
    }
}
