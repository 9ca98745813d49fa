using System.Globalization;
using Kafka.Modular.Conformance.Broker;
using Kafka.Modular.Conformance.Tls;

namespace Kafka.Modular.Conformance.Hostile;

/// <summary>
/// While clients produce with acks=all and consume without a pause, certificates are replaced on disk and by configuration, passwords are changed, and plugins are
/// reloaded, again and again. No request of these clients fails, nothing is lost, nothing comes twice.
/// </summary>
[Category("real")]
[NonParallelizable]
public sealed class ReplacementTests
{
    private const int Rounds = 3;
    private const int MostRecords = 40_000;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly OpenSslFiles _files = new();
    private readonly int _httpPort = FreePort.Take();

    [TearDown]
    public void RemoveFiles() => _files.Dispose();

    [Test]
    public async Task Certificates_passwords_and_plugins_are_replaced_under_load_without_one_failed_request()
    {
        await _files.AuthorityAsync("ca");
        await _files.CertificateAsync("broker", "ca");
        await using BrokerProcess broker = Broker();
        await broker.StartAsync();
        await WriteAdminAsync();
        await using KcatStream plain = await KcatStream.StartAsync(broker, "plain", Properties("PLAIN", "bob", "bob-secret"));
        await using KcatStream scram = await KcatStream.StartAsync(broker, "scram", Properties("SCRAM-SHA-256", "alice", "alice-0"));
        await RunAsync("kafka-topics", broker, "--create", "--topic", "python", "--partitions", "1");
        await using ChildProcess python = ChildProcess.Start(
            "python3-kafka", "/usr/bin/python3",
            [Path.Combine(BuildOutput.Repository, "tests", "Conformance", "python", "stream.py"), "--bootstrap", broker.Bootstrap, "--topic", "python", "--mechanism", "SCRAM-SHA-512", "--user", "alice", "--password", "alice-0", "--ca", _files["ca.pem"]]);
        await python.LineAsync("its first records", static line => line.StartsWith("consumed", StringComparison.Ordinal), s_limit);
        using CancellationTokenSource end = new();
        Task writing = WriteAsync(plain, scram, end.Token);
        for (int round = 1; round <= Rounds; round++)
        {
            await ReplaceOnDiskAsync(broker);
            await ChangePasswordsAsync(broker, round);
            await ReplaceByConfigurationAsync(broker, round);
            await ReloadPluginsAsync(broker, round);
        }

        await end.CancelAsync();
        await writing;
        python.CloseInput();
        await plain.FinishAsync();
        await scram.FinishAsync();
        int exitCode = await python.ExitAsync(s_limit);
        Assert.That(exitCode, Is.Zero, python.Output);
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{plain.Written + scram.Written} records with librdkafka; python3-kafka: {python.LastLine}"));
        await AssertNothingFailedAsync(refusedLogins: 2 * Rounds);
    }

    private static async Task WriteAsync(KcatStream plain, KcatStream scram, CancellationToken end)
    {
        using PeriodicTimer pace = new(TimeSpan.FromMilliseconds(10));
        while (!end.IsCancellationRequested && plain.Written < MostRecords && await pace.WaitForNextTickAsync(CancellationToken.None))
        {
            plain.Write(10);
            scram.Write(10);
        }
    }

    private BrokerProcess Broker() => new("SASL_SSL", $"""
        ssl.keystore.location: {_files["broker.store.pem"]}
        sasl.enabled.mechanisms: [PLAIN, SCRAM-SHA-256, SCRAM-SHA-512]
        sasl.mechanism.inter.broker.protocol: PLAIN
        listener.name.sasl_ssl.plain.sasl.jaas.config: org.apache.kafka.common.security.plain.PlainLoginModule required username="bob" password="bob-secret" user_bob="bob-secret";
        plugins.authorizer: acl
        super.users: User:admin;User:bob;User:alice
        connection.failed.authentication.delay.ms: 10
        http.listeners: [localhost:{_httpPort}]

        """)
    {
        ScramUsers = ["SCRAM-SHA-512=[name=admin,password=admin-secret]", "SCRAM-SHA-256=[name=alice,password=alice-0]", "SCRAM-SHA-512=[name=alice,password=alice-0]"],
    };

    private string[] Properties(string mechanism, string user, string password) =>
        ["security.protocol=SASL_SSL", "ssl.ca.location=" + _files["ca.pem"], "sasl.mechanism=" + mechanism, "sasl.username=" + user, "sasl.password=" + password];

    private Task WriteAdminAsync() => File.WriteAllTextAsync(_files["admin.properties"], $"""
        security.protocol=SASL_SSL
        sasl.mechanism=SCRAM-SHA-512
        sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="admin-secret";
        ssl.truststore.location={_files["ca.pem"]}
        """);

    private async Task ReplaceOnDiskAsync(BrokerProcess broker)
    {
        int lines = broker.Process.LineCount;
        await _files.CertificateAsync("broker", "ca");
        broker.Process.SendHangup();
        await AssertTakenAsync(broker, lines);
    }

    private async Task ReplaceByConfigurationAsync(BrokerProcess broker, int round)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"other{round}");
        await _files.CertificateAsync(name, "ca", subject: "broker");
        int lines = broker.Process.LineCount;
        await RunAsync("kafka-configs", broker, "--alter", "--entity-type", "brokers", "--entity-name", "1", "--add-config", $"listener.name.sasl_ssl.ssl.keystore.location={_files[name + ".store.pem"]}");
        await AssertTakenAsync(broker, lines);
        lines = broker.Process.LineCount;
        await RunAsync("kafka-configs", broker, "--alter", "--entity-type", "brokers", "--entity-name", "1", "--delete-config", "listener.name.sasl_ssl.ssl.keystore.location");
        await AssertTakenAsync(broker, lines);
    }

    private static async Task AssertTakenAsync(BrokerProcess broker, int lines) =>
        await
        broker.Process.LineAsync("the new certificate", static line => line.Contains("uses the certificate of CN=broker", StringComparison.Ordinal), s_limit, lines);

    // Who is connected stays; who comes needs the new password.
    private async Task ChangePasswordsAsync(BrokerProcess broker, int round)
    {
        foreach (string mechanism in new[] { "SCRAM-SHA-256", "SCRAM-SHA-512" })
        {
            string password = string.Create(CultureInfo.InvariantCulture, $"alice-{round}");
            await RunAsync("kafka-configs", broker, "--alter", "--entity-type", "users", "--entity-name", "alice", "--add-config", $"{mechanism}=[password={password}]");
            await using RawClient now = await RawClient.ConnectAsync(broker.Bootstrap, _files["ca.pem"]);
            Assert.That(await now.LogInAsync("alice", password, mechanism), Is.Zero);
            await using RawClient before = await RawClient.ConnectAsync(broker.Bootstrap, _files["ca.pem"]);
            Assert.That(await before.LogInAsync("alice", string.Create(CultureInfo.InvariantCulture, $"alice-{round - 1}"), mechanism), Is.EqualTo(58));
        }
    }

    private async Task ReloadPluginsAsync(BrokerProcess broker, int round)
    {
        int lines = broker.Process.LineCount;
        await using ChildProcess reload = ChildProcess.Start("plugins reload", BuildOutput.Program("host/Cli", "kafka-modular"), ["plugins", "reload", "--config", broker.ConfigurationFile]);
        int exitCode = await reload.ExitAsync(s_limit);
        Assert.That(exitCode, Is.Zero, $"round {round} from line {lines}: {reload.Output}");
        await using ChildProcess list = ChildProcess.Start("plugins list", BuildOutput.Program("host/Cli", "kafka-modular"), ["plugins", "list", "--config", broker.ConfigurationFile]);
        exitCode = await list.ExitAsync(s_limit);
        Assert.That(exitCode, Is.Zero, list.Output);
    }

    private async Task RunAsync(string tool, BrokerProcess broker, params string[] arguments)
    {
        await using ChildProcess process = ChildProcess.Start(
            tool, BuildOutput.Program("host/Cli", "kafka-modular"), [tool, "--bootstrap-server", broker.Bootstrap, "--command-config", _files["admin.properties"], .. arguments]);
        int exitCode = await process.ExitAsync(s_limit);
        Assert.That(exitCode, Is.Zero, process.Output);
    }

    // A client may try again what failed; the broker's own figures tell.
    private async Task AssertNothingFailedAsync(int refusedLogins)
    {
        using HttpClient http = new();
        string page = await http.GetStringAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{_httpPort}/metrics")));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Sum(page, "kafka_server_socket_server_metrics_failed_authentication_total"), Is.EqualTo(refusedLogins), "logins with a password of before, and no others");
            Assert.That(Sum(page, "kafka_server_brokertopicmetrics_failedproducerequests_total"), Is.Zero);
            Assert.That(Sum(page, "kafka_server_brokertopicmetrics_failedfetchrequests_total"), Is.Zero);
            Assert.That(Sum(page, "kafka_modular_certificate_reload_failures_total"), Is.Zero);
            Assert.That(page, Does.Contain("kafka_server_brokertopicmetrics_failedproducerequests_total").And.Contain("kafka_modular_certificate_reload_failures_total"));
        }
    }

    private static double Sum(string page, string metric) => page.Split('\n')
        .Where(line => line.StartsWith(metric, StringComparison.Ordinal) && line[metric.Length] is '{' or ' ')
        .Sum(static line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
}
