using System.Globalization;
using System.Text.Json;
using Kafka.Modular.Conformance.Broker;
using Kafka.Modular.Conformance.Clients;

namespace Kafka.Modular.Conformance.Security;

/// <summary>
/// Sessions that have a lifetime (<c>connections.max.reauth.ms</c>): clients that log in again go on, the others are closed, and whoever logs in again as
/// another user is turned away. All clients run at once, each at a listener of its own, by which log and metrics tell them apart.
/// </summary>
[Category("real")]
[NonParallelizable]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class SessionTests
{
    private const string Password = "S3cret-of-both-3";
    private const string OtherUser = "Confluent.Kafka as another user";
    private const string OtherUserOfPlatformatic = "@platformatic/kafka as another user";
    private const string ReauthenticationMetric = "kafka_server_socket_server_metrics_successful_reauthentication_total";
    private const int LifetimeMs = 3000;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private static readonly string[] s_names = [.. Failures.Clients, OtherUser, OtherUserOfPlatformatic];

    private readonly Dictionary<string, ChildProcess> _processes = [];
    private readonly int _monitoring = FreePort.Take();
    private BrokerProcess? _broker;

    private BrokerProcess Broker => _broker ?? throw new InvalidOperationException("The broker was not started.");

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        string users = string.Join('\n', s_names.Select(static name =>
            $"listener.name.{ListenerOf(name).ToLowerInvariant()}.plain.sasl.jaas.config: 'org.apache.kafka.common.security.plain.PlainLoginModule required user_alice=\"{Password}\" user_bob=\"{Password}\";'"));
        _broker = new BrokerProcess(
            [("PLAINTEXT", "PLAINTEXT"), .. s_names.Select(static name => (ListenerOf(name), "SASL_PLAINTEXT"))],
            string.Create(CultureInfo.InvariantCulture, $"""
            sasl.enabled.mechanisms: [PLAIN]
            connections.max.reauth.ms: {LifetimeMs}
            http.listeners: localhost:{_monitoring}
            {users}

            """));
        await _broker.StartAsync();
        ClientSecurity alice = new() { Protocol = "SASL_PLAINTEXT", Mechanism = "PLAIN", User = "alice", Password = Password };
        foreach (string name in s_names)
        {
            string client = name.Split(' ')[0];
            string[] next = name == client ? [] : ["--next-user", "bob"];
            string listener = ListenerOf(name);
            _processes.Add(name, LoginMatrix.Clients[client]().StartShort("session", _broker.BootstrapOf(listener), "session-" + listener, alice, ["--seconds", "8", .. next]));
        }
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        foreach (ChildProcess process in _processes.Values)
        {
            await process.DisposeAsync();
        }

        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }
    }

    [TestCase(Failures.Confluent)]
    [TestCase(Failures.KafkaJs)]
    [TestCase(Failures.Platformatic)]
    public async Task A_client_that_logs_in_again_goes_on(string client)
    {
        ChildProcess process = await EndAsync(client);
        Assert.That(SentBy(process), Is.GreaterThan(10), process.Output);
        Assert.That(await CountAsync(ReauthenticationMetric, ListenerOf(client)), Is.Positive, process.Output);
    }

    [TestCase(Failures.Kcat, "All broker connections are down: 1/1 brokers are down: terminating", false)]
    [TestCase(Failures.Python, "socket disconnected", true)]
    public async Task A_client_that_does_not_is_closed(string client, string says, bool connectsAnew)
    {
        ChildProcess process = await EndAsync(client);
        Assert.That(SentBy(process), connectsAnew ? Is.GreaterThan(10) : Is.Zero, process.Output);
        Assert.That(process.Output, Does.Contain(says));
        Assert.That(await CountAsync("kafka_server_socket_server_metrics_expired_connections_killed_count", ListenerOf(client)), Is.Positive);
        await LoggedAsync(
            $"on listener {ListenerOf(client)}, authenticated with PLAIN: its session is over its lifetime, its client does not authenticate again (KIP-368).");
    }

    [TestCase(OtherUser, "error Local_Authentication: ", "SASL authentication error: Cannot change principals during re-authentication from User.alice: User.bob")]
    [TestCase(OtherUserOfPlatformatic)]
    public async Task A_client_that_logs_in_again_as_another_user_is_turned_away(string name, params string[] says)
    {
        ChildProcess process = await EndAsync(name);
        foreach (string text in says)
        {
            Assert.That(process.Output, Does.Contain(text));
        }

        await LoggedAsync($"listener {ListenerOf(name)}, mechanism PLAIN): User:bob came where User:alice was. Hint: a connection keeps its user; connect anew to be another.");
        Assert.That(await CountAsync("kafka_server_socket_server_metrics_failed_reauthentication_total", ListenerOf(name)), Is.Positive);
        Assert.That(string.Join('\n', Broker.Process.LinesFrom(0)), Does.Not.Contain(Password));
    }

    private static string ListenerOf(string name) => "FOR_" + string.Concat(name.Where(char.IsAsciiLetter)).ToUpperInvariant();

    private static int SentBy(ChildProcess process)
    {
        JsonElement verdict = JsonSerializer.Deserialize<JsonElement>(process.LastLine ?? "{}");
        Assert.That(verdict.GetProperty("verdict").GetString(), Is.EqualTo("ended"), process.Output);
        return verdict.GetProperty("records").GetInt32();
    }

    private async Task<ChildProcess> EndAsync(string name)
    {
        ChildProcess process = _processes[name];
        await process.ExitAsync(s_limit);
        return process;
    }

    private async Task LoggedAsync(string text)
    {
        string line = await Broker.Process.LineAsync(text, each => each.Contains(text, StringComparison.Ordinal), s_limit);
        Assert.That(line, Does.Match(@"(127\.0\.0\.1|\[::1\]):\d+"));
    }

    private async Task<double> CountAsync(string metric, string listener)
    {
        using HttpClient client = new();
        string page = await client.GetStringAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{_monitoring}/metrics")));
        return page.Split('\n')
            .Where(line => line.StartsWith(metric + "{", StringComparison.Ordinal) && line.Contains($"listener=\"{listener}\"", StringComparison.Ordinal))
            .Sum(static line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
    }
}
