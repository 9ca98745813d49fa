using Kafka.Modular.Cli.Tests.Support;
using Kafka.Modular.Testing;

namespace Kafka.Modular.Cli.Tests.Security;

/// <summary>The broker wants a login with SCRAM.</summary>
internal abstract class SaslToolsTests(string protocol) : SecuredToolsTests(protocol)
{
    private readonly string _protocol = protocol;

    [Test]
    public async Task A_user_is_made_logs_in_and_is_removed()
    {
        foreach (var credential in new[] { "SCRAM-SHA-512=[iterations=8192,password=alice-secret]", "SCRAM-SHA-256=[password=alice-secret]" })
        {
            var made = await AsAdminAsync("kafka-configs", $"--alter --entity-type users --entity-name alice --add-config {credential}");
            Assert.That(made.Succeeded().Out, Is.EqualTo("Completed updating config for user alice.\n"));
        }

        var shown = await AsAdminAsync("kafka-configs", "--describe --entity-type users --entity-name alice");
        Assert.That(shown.Succeeded().Out, Is.EqualTo("SCRAM credential configs for user-principal 'alice' are SCRAM-SHA-256=iterations=4096, SCRAM-SHA-512=iterations=8192\n"));

        var alice = Properties("alice", "alice-secret", "SCRAM-SHA-512");
        (await RunAsync("kafka-topics", $"--list --command-config {alice}")).Succeeded();

        (await AsAdminAsync("kafka-configs", "--alter --entity-type users --entity-name alice --delete-config SCRAM-SHA-512")).Succeeded();
        Assert.That(
            (await AsAdminAsync("kafka-configs", "--describe --user alice")).Succeeded().Out,
            Is.EqualTo("SCRAM credential configs for user-principal 'alice' are SCRAM-SHA-256=iterations=4096\n"));
        var refused = await RunAsync("kafka-topics", $"--list --command-config {alice}");
        Assert.That(refused.ExitCode, Is.EqualTo(1));
        Assert.That(refused.Error, Does.Contain("SaslAuthenticationException: Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-512"));
    }

    [Test]
    public async Task One_request_changes_a_user_once()
    {
        var run = await AsAdminAsync("kafka-configs", "--alter --entity-type users --entity-name bob --add-config SCRAM-SHA-512=[password=bob-secret],SCRAM-SHA-256=[password=bob-secret]");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("DuplicateResourceException").And.Not.Contain("bob-secret"));
    }

    [Test]
    public async Task A_credential_that_is_not_there_cannot_be_removed()
    {
        var run = await AsAdminAsync("kafka-configs", "--alter --entity-type users --entity-name nobody --delete-config SCRAM-SHA-512");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("org.apache.kafka.common.errors.ResourceNotFoundException: "));
        Assert.That((await AsAdminAsync("kafka-configs", "--describe --entity-type users --entity-name nobody")).Succeeded().Out, Is.Empty);
    }

    [TestCase("admin", "wrong", "SCRAM-SHA-256", "Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-256")]
    [TestCase("unknown", "wrong", "SCRAM-SHA-512", "Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-512")]
    [TestCase("admin", "admin-secret", "PLAIN", "UnsupportedSaslMechanismException: Client SASL mechanism 'PLAIN' not enabled in the server, enabled mechanisms are [SCRAM-SHA-256, SCRAM-SHA-512]")]
    public async Task A_login_that_is_refused_ends_the_tool_at_once(string user, string password, string mechanism, string expected)
    {
        var started = TimeProvider.System.GetTimestamp();
        var run = await RunAsync("kafka-topics", $"--list --command-config {Properties(user, password, mechanism)}");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain(expected).And.Not.Contain(password));
        Assert.That(TimeProvider.System.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(15)));
    }

    [Test]
    public async Task Tools_that_produce_and_consume_end_when_the_login_is_refused()
    {
        var wrong = Properties("admin", "wrong", "SCRAM-SHA-256");
        var produced = await ToolRun.WithInputAsync("kafka-console-producer", "one\n", "--bootstrap-server", Servers, "--topic", "orders", "--command-config", wrong);
        Assert.That(produced.Error, Does.Contain("invalid credentials"));
        var consumed = await RunAsync("kafka-console-consumer", $"--topic orders --timeout-ms 30000 --command-config {wrong}");
        Assert.That(consumed.Error, Does.Contain("invalid credentials"));
        // As in Kafka: what ends the consuming is logged, and the tool closes in order.
        Assert.That(consumed.ExitCode, Is.Zero);
    }

    protected override string CreateAdmin() => Properties("admin", "admin-secret", "SCRAM-SHA-256");

    protected override EmbeddedKafkaOptions Secure(EmbeddedKafkaOptions options) => options with
    {
        ScramUsers = new Dictionary<string, string>(StringComparer.Ordinal) { ["admin"] = "admin-secret" },
        Configuration = new Dictionary<string, string>(options.Configuration, StringComparer.Ordinal)
        {
            ["sasl.enabled.mechanisms"] = "SCRAM-SHA-256,SCRAM-SHA-512",
            ["sasl.mechanism.inter.broker.protocol"] = "SCRAM-SHA-256",
            ["connections.max.reauth.ms"] = "60000",
            ["connection.failed.authentication.delay.ms"] = "0",
        },
    };

    private string Properties(string user, string password, string mechanism) => Folder.Write($"{user}-{password}-{mechanism}.properties", $"""
        security.protocol={_protocol}
        sasl.mechanism={mechanism}
        sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \
          username="{user}" password="{password}";
        ssl.truststore.location={Path.Combine(Folder.Path, "ca.pem")}
        """);
}
