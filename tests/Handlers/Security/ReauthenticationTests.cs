// Logging in again on a connection (KIP-368), as Kafka 4.2 answers:
//   SASL_AUTHENTICATION_FAILED   Another_principal…, A_wrong_password_the_second_time…
//   closed without an answer     Another_mechanism…, A_session_that_is_over…
//   ILLEGAL_SASL_STATE           A_handshake_within_a_second…
using System.Text;
using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests.Security;

internal sealed class ReauthenticationTests : SaslFixture
{
    private const long SessionMs = 1500;

    protected override Dictionary<string, string> Configuration => new()
    {
        ["connections.max.reauth.ms"] = $"{SessionMs}", ["connection.failed.authentication.delay.ms"] = "0", ["http.listeners"] = "localhost:0",
    };

    [Test]
    public async Task The_same_principal_goes_on_with_a_new_session()
    {
        var client = await ConnectAsync();
        var first = await LoginAsync(client);
        Assert.That((first.ErrorCode, first.SessionLifetimeMs), Is.EqualTo((ErrorCode.None, SessionMs)));
        var again = await LoginAsync(client);
        Assert.That((again.ErrorCode, again.SessionLifetimeMs), Is.EqualTo((ErrorCode.None, SessionMs)));
        Assert.That((await client.SendAsync(new MetadataRequest())).Brokers, Has.Count.EqualTo(1));
        var page = await MetricsAsync();
        Assert.That(page, Does.Match("successful_reauthentication_total.*listener=\"SASL_PLAINTEXT\".* 1\n"));
        Assert.That(page, Does.Match("reauthentication_latency_max.*listener=\"SASL_PLAINTEXT\".* [0-9]").And.Match("reauthentication_latency_avg.*listener=\"SASL_PLAINTEXT\".* [0-9]"));
        Assert.That(page, Does.Match("metrics_successful_authentication_total.*listener=\"SASL_PLAINTEXT\".* 1\n"));
    }

    [Test]
    public async Task Requests_that_are_under_way_are_answered_while_the_client_logs_in_again()
    {
        var client = await ConnectAsync();
        await LoginAsync(client);
        var before = await client.WriteAsync(new MetadataRequest(), 12);
        var handshake = await client.WriteAsync(new SaslHandshakeRequest { Mechanism = "PLAIN" }, 1);
        var token = await client.WriteAsync(new SaslAuthenticateRequest { AuthBytes = Encoding.UTF8.GetBytes($"\0alice\0{Password}") }, 2);
        var after = await client.WriteAsync(new MetadataRequest(), 12);
        Assert.That((await client.ReadAsync<MetadataResponse>(ApiKey.Metadata, 12, before)).Brokers, Has.Count.EqualTo(1));
        Assert.That((await client.ReadAsync<SaslHandshakeResponse>(ApiKey.SaslHandshake, 1, handshake)).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((await client.ReadAsync<SaslAuthenticateResponse>(ApiKey.SaslAuthenticate, 2, token)).SessionLifetimeMs, Is.EqualTo(SessionMs));
        Assert.That((await client.ReadAsync<MetadataResponse>(ApiKey.Metadata, 12, after)).Brokers, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Another_principal_is_refused_in_Kafkas_words_and_the_connection_ends()
    {
        var client = await ConnectAsync();
        await LoginAsync(client);
        var response = await LoginAsync(client, "bob", "bob-s3cret");
        Assert.That(
            (response.ErrorCode, response.ErrorMessage),
            Is.EqualTo((ErrorCode.SaslAuthenticationFailed, "Cannot change principals during re-authentication from User.alice: User.bob")));
        Assert.That(await IsClosedAsync(client));
        Assert.That(await MetricsAsync(), Does.Match("failed_reauthentication_total.*listener=\"SASL_PLAINTEXT\".* 1\n"));
    }

    [Test]
    public async Task A_wrong_password_the_second_time_ends_the_connection()
    {
        var client = await ConnectAsync();
        await LoginAsync(client);
        var response = await LoginAsync(client, "alice", "wrong");
        Assert.That((response.ErrorCode, response.ErrorMessage), Is.EqualTo((ErrorCode.SaslAuthenticationFailed, "Authentication failed: Invalid username or password")));
        Assert.That(await IsClosedAsync(client));
    }

    [Test]
    public async Task Another_mechanism_ends_the_connection_at_its_first_token()
    {
        var client = await ConnectAsync();
        await LoginAsync(client);
        Assert.That((await HandshakeAsync(client, "SCRAM-SHA-256")).ErrorCode, Is.EqualTo(ErrorCode.None));
        await client.WriteAsync(new SaslAuthenticateRequest { AuthBytes = "n,,n=alice,r=x"u8.ToArray() }, 2);
        Assert.That(await IsClosedAsync(client));
        Assert.That(Log.All, Has.Some.Contains("SASL mechanism 'SCRAM-SHA-256' requested by client is not supported for re-authentication of mechanism 'PLAIN'"));
    }

    [Test]
    public async Task A_handshake_within_a_second_of_the_last_one_is_refused_and_the_connection_goes_on()
    {
        var client = await ConnectAsync();
        await LoginAsync(client);
        await LoginAsync(client);
        Assert.That((await HandshakeAsync(client)).ErrorCode, Is.EqualTo(ErrorCode.IllegalSaslState));
        Assert.That((await client.SendAsync(new MetadataRequest())).Brokers, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_session_that_is_over_ends_the_connection_at_the_next_request_but_a_login_begins_another()
    {
        var late = await ConnectAsync();
        await LoginAsync(late);
        var returning = await ConnectAsync();
        await LoginAsync(returning);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        await Eventually.UntilAsync(() => Task.FromResult(System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds > SessionMs + 50));

        await late.WriteAsync(new MetadataRequest(), 12);
        Assert.That(await IsClosedAsync(late));
        Assert.That((await LoginAsync(returning)).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((await returning.SendAsync(new MetadataRequest())).Brokers, Has.Count.EqualTo(1));
        Assert.That(await MetricsAsync(), Does.Match("expired_connections_killed_count.*listener=\"SASL_PLAINTEXT\".* 1\n").And.Contains("kafka_network_socketserver_expiredconnectionskilledcount 1\n"));
    }

    private async Task<string> MetricsAsync()
    {
        using var http = new HttpClient();
        return await http.GetStringAsync($"http://{Kafka.MonitoringEndPoints[0]}/metrics");
    }
}
