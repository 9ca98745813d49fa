// SaslHandshake (17) and SaslAuthenticate (36), errors of Kafka 4.2:
//   UNSUPPORTED_SASL_MECHANISM   A_mechanism_that_is_not_enabled…
//   SASL_AUTHENTICATION_FAILED   A_wrong_password…, An_unknown_user…, Malformed_plain…
//   ILLEGAL_SASL_STATE           Another_request_among_the_tokens…, Produce_among_the_tokens…, After_success…, and PlaintextSaslTests
//   closed without an answer     A_request_before_authentication…, A_second_ApiVersions…, What_is_not_a_request…, a failed bare token
//   UNSUPPORTED_VERSION          closed: a client learns the versions from ApiVersions
using System.Buffers.Binary;
using System.Text;
using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests.Security;

internal sealed class SaslAuthenticateTests : SaslFixture
{
    [Test]
    public async Task A_login_with_plain_lets_the_client_in_in_every_version([Values(0, 1, 2)] short version)
    {
        var client = await ConnectAsync();
        var versions = await client.SendAsync(new ApiVersionsRequest { ClientSoftwareName = "test", ClientSoftwareVersion = "1" });
        Assert.That(versions.ApiKeys.Select(static api => api.ApiKey), Does.Contain((short)ApiKey.SaslHandshake).And.Contain((short)ApiKey.SaslAuthenticate));
        var handshake = await HandshakeAsync(client);
        Assert.That(handshake.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(handshake.Mechanisms, Is.EqualTo(new[] { "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512" }));
        var response = await TokenAsync(client, $"\0alice\0{Password}", version);
        Assert.That((response.ErrorCode, response.ErrorMessage, response.AuthBytes.Length, response.SessionLifetimeMs), Is.EqualTo((ErrorCode.None, "", 0, 0L)));
        Assert.That((await client.SendAsync(new MetadataRequest())).Brokers, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Bare_tokens_follow_the_first_version_of_the_handshake()
    {
        var client = await ConnectAsync();
        Assert.That((await HandshakeAsync(client, version: 0)).ErrorCode, Is.EqualTo(ErrorCode.None));
        await client.WriteRawAsync(Encoding.UTF8.GetBytes($"\0alice\0{Password}"));
        Assert.That(await client.ReadFrameAsync(), Is.Empty);
        Assert.That((await client.SendAsync(new MetadataRequest())).Brokers, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_bare_token_that_fails_closes_the_connection_without_an_answer()
    {
        var client = await ConnectAsync();
        await HandshakeAsync(client, version: 0);
        await client.WriteRawAsync("\0alice\0wrong"u8.ToArray());
        Assert.That(await IsClosedAsync(client));
    }

    [Test]
    public async Task A_wrong_password_and_an_unknown_user_are_told_the_same_and_logged_apart()
    {
        foreach (var user in new[] { "alice", "mallory" })
        {
            var client = await ConnectAsync();
            var response = await LoginAsync(client, user, "wr0ng-s3cret");
            Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.SaslAuthenticationFailed));
            Assert.That(response.ErrorMessage, Is.EqualTo("Authentication failed: Invalid username or password"));
            Assert.That(await IsClosedAsync(client));
        }

        Assert.That(Log.All, Has.Some.Contains("listener SASL_PLAINTEXT, mechanism PLAIN): wrong password for user 'alice'."));
        Assert.That(Log.All, Has.Some.Contains("mechanism PLAIN): user 'mallory' is not known. Hint: "));
        Assert.That(Log.All, Has.None.Contains("s3cret"));
    }

    [TestCase("alice", "Invalid SASL/PLAIN response: expected 3 tokens, got 1")]
    [TestCase("a\0b\0c\0d", "Invalid SASL/PLAIN response: expected 3 tokens, got 4")]
    [TestCase("\0\0password", "Authentication failed: username not specified")]
    [TestCase("\0alice\0", "Authentication failed: password not specified")]
    [TestCase("bob\0alice\0" + Password, "Authentication failed: Client requested an authorization id that is different from username")]
    public async Task Malformed_plain_is_answered_as_Kafka_does(string token, string expected)
    {
        var client = await ConnectAsync();
        await HandshakeAsync(client);
        var response = await TokenAsync(client, token);
        Assert.That((response.ErrorCode, response.ErrorMessage), Is.EqualTo((ErrorCode.SaslAuthenticationFailed, expected)));
        Assert.That(await IsClosedAsync(client));
    }

    [Test]
    public async Task A_mechanism_that_is_not_enabled_is_refused_with_those_that_are()
    {
        var client = await ConnectAsync();
        var response = await HandshakeAsync(client, "GSSAPI");
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.UnsupportedSaslMechanism));
        Assert.That(response.Mechanisms, Is.EqualTo(new[] { "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512" }));
        Assert.That(await IsClosedAsync(client));
        Assert.That(Log.All, Has.Some.Contains("mechanism 'GSSAPI' is not enabled. Hint: this listener offers PLAIN, SCRAM-SHA-256, SCRAM-SHA-512"));
    }

    [Test]
    public async Task A_request_before_authentication_closes_the_connection()
    {
        var client = await ConnectAsync();
        await client.WriteAsync(new MetadataRequest(), 12);
        Assert.That(await IsClosedAsync(client));
        Assert.That(Log.All, Has.Some.Contains("Metadata came before authentication. Hint: the client has to use SASL"));
    }

    [Test]
    public async Task A_second_ApiVersions_after_one_that_was_answered_closes_the_connection()
    {
        var client = await ConnectAsync();
        var request = new ApiVersionsRequest { ClientSoftwareName = "test", ClientSoftwareVersion = "1" };
        await client.SendAsync(request);
        await client.WriteAsync(request, 3);
        Assert.That(await IsClosedAsync(client));
    }

    [Test]
    public async Task An_ApiVersions_that_was_refused_may_be_followed_by_another()
    {
        var client = await ConnectAsync();
        var refused = await client.SendAsync(new ApiVersionsRequest { ClientSoftwareName = "-", ClientSoftwareVersion = "1" });
        Assert.That(refused.ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That((await client.SendAsync(new ApiVersionsRequest { ClientSoftwareName = "test", ClientSoftwareVersion = "1" })).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((await LoginAsync(client)).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Another_request_among_the_tokens_gets_an_error_of_its_own()
    {
        var client = await ConnectAsync();
        await HandshakeAsync(client);
        var response = await client.SendAsync(new ListGroupsRequest());
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.IllegalSaslState));
        Assert.That(await IsClosedAsync(client));
    }

    [Test]
    public async Task Produce_among_the_tokens_is_answered_for_each_partition([Values(3, 8, 12)] short version)
    {
        var client = await ConnectAsync();
        await HandshakeAsync(client);
        var response = await client.SendAsync(Produce(acks: 1), version);
        var partitions = response.Responses.Single().PartitionResponses;
        Assert.That(response.Responses[0].Name, Is.EqualTo("orders"));
        Assert.That(partitions.Select(static each => (each.Index, each.ErrorCode, each.BaseOffset)), Is.EqualTo([(0, ErrorCode.IllegalSaslState, -1L), (3, ErrorCode.IllegalSaslState, -1L)]));
        Assert.That(partitions[0].ErrorMessage, version < 8 ? Is.Null.Or.Empty : Is.EqualTo("Unexpected Kafka request of type PRODUCE during SASL authentication."));
        Assert.That(await IsClosedAsync(client));
    }

    [Test]
    public async Task Produce_that_wants_no_answer_among_the_tokens_closes_the_connection()
    {
        var client = await ConnectAsync();
        await HandshakeAsync(client);
        await client.WriteAsync(Produce(acks: 0), 12);
        Assert.That(await IsClosedAsync(client));
    }

    [Test]
    public async Task After_success_the_handshake_and_tokens_are_refused_and_the_connection_goes_on()
    {
        var client = await ConnectAsync();
        await LoginAsync(client);
        Assert.That((await HandshakeAsync(client)).ErrorCode, Is.EqualTo(ErrorCode.IllegalSaslState));
        var token = await TokenAsync(client, "x");
        Assert.That((token.ErrorCode, token.ErrorMessage), Is.EqualTo((ErrorCode.IllegalSaslState, "SaslAuthenticate request received after successful authentication")));
        Assert.That((await client.SendAsync(new MetadataRequest())).Brokers, Has.Count.EqualTo(1));
    }

    [TestCase(new byte[] { 0x60, 0x82, 1, 2, 3, 4 })]
    [TestCase(new byte[] { })]
    [TestCase(new byte[] { 0, 17 })]
    [TestCase(new byte[] { 0, 17, 0, 9, 0, 0, 0, 1, 0, 0 })]
    public async Task What_is_not_a_request_closes_the_connection_with_a_hint(byte[] bytes)
    {
        var client = await ConnectAsync();
        await client.WriteRawAsync(bytes);
        Assert.That(await IsClosedAsync(client));
        Assert.That(Log.All, Has.Some.Contains("Failed authentication with"));
        var other = await ConnectAsync();
        Assert.That((await LoginAsync(other)).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_token_above_the_limit_closes_the_connection_before_it_is_read()
    {
        var client = await ConnectAsync();
        await HandshakeAsync(client);
        await client.WriteRawAsync(new byte[524_289]);
        Assert.That(await IsClosedAsync(client));
        Assert.That(Log.All, Has.Some.Contains("(sasl.server.max.receive.size)"));
    }

    [Test]
    public async Task The_limit_ends_with_authentication()
    {
        var client = await ConnectAsync();
        await LoginAsync(client);
        var topics = Enumerable.Range(0, 12_000).Select(static i => new MetadataRequest.MetadataRequestTopic { Name = $"{new string('t', 60)}{i}" }).ToList();
        Assert.That((await client.SendAsync(new MetadataRequest { Topics = topics, AllowAutoTopicCreation = false })).Topics, Has.Count.EqualTo(topics.Count));
    }

    [Test]
    public async Task Requests_sent_in_one_go_with_the_last_token_are_answered_in_order()
    {
        var client = await ConnectAsync();
        var handshake = await client.WriteAsync(new SaslHandshakeRequest { Mechanism = "PLAIN" }, 1);
        var token = await client.WriteAsync(new SaslAuthenticateRequest { AuthBytes = Encoding.UTF8.GetBytes($"\0alice\0{Password}") }, 2);
        var metadata = await client.WriteAsync(new MetadataRequest(), 12);
        Assert.That((await client.ReadAsync<SaslHandshakeResponse>(ApiKey.SaslHandshake, 1, handshake)).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((await client.ReadAsync<SaslAuthenticateResponse>(ApiKey.SaslAuthenticate, 2, token)).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((await client.ReadAsync<MetadataResponse>(ApiKey.Metadata, 12, metadata)).Brokers, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_failure_is_answered_after_the_delay_while_others_are_served()
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var failing = await ConnectAsync();
        await HandshakeAsync(failing);
        var correlation = await failing.WriteAsync(new SaslAuthenticateRequest { AuthBytes = "\0alice\0no"u8.ToArray() }, 2);
        var good = await ConnectAsync();
        Assert.That((await LoginAsync(good)).ErrorCode, Is.EqualTo(ErrorCode.None));
        await failing.ReadAsync<SaslAuthenticateResponse>(ApiKey.SaslAuthenticate, 2, correlation);
        Assert.That(System.Diagnostics.Stopwatch.GetElapsedTime(started), Is.GreaterThan(TimeSpan.FromMilliseconds(95)));
    }

    private static ProduceRequest Produce(short acks) => new()
    {
        Acks = acks, TimeoutMs = 1000, TopicData = [new() { Name = "orders", PartitionData = [new() { Index = 0 }, new() { Index = 3 }] }],
    };
}
