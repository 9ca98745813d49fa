using Kafka.Modular.Cli.Tests.Support;
using Kafka.Modular.Cli.Verbs;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Spi.Security;
using Kafka.Modular.Testing;

namespace Kafka.Modular.Cli.Tests.Users;

/// <summary>Kafka's files become ours, and who could log in still can.</summary>
public sealed class ConfigImportTests : IDisposable
{
    private const string Listeners = """
        listeners=CLIENTS://localhost:0,CONTROLLER://localhost:0
        advertised.listeners=CLIENTS://localhost:0
        listener.security.protocol.map=CLIENTS:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT
        inter.broker.listener.name=CLIENTS
        sasl.mechanism.inter.broker.protocol=PLAIN
        sasl.enabled.mechanisms=PLAIN

        """;

    private const string Jaas = """
        KafkaServer {
          org.apache.kafka.common.security.plain.PlainLoginModule required
            username="admin" password="admin-secret"
            user_admin="admin-secret"
            user_alice="al\"ice; secret";
          org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="admin-secret";
        };
        KafkaClient { org.apache.kafka.common.security.plain.PlainLoginModule required username="c" password="client-secret"; };
        """;

    private readonly TempFolder _folder = new();

    private string Credentials => Path.Combine(_folder.Path, "credentials");

    public void Dispose() => _folder.Dispose();

    [TestCase("file")]
    [TestCase("KAFKA_OPTS")]
    [TestCase("property")]
    public async Task Users_of_a_login_configuration_log_in_at_a_broker_that_is_started_from_the_import(string where)
    {
        var properties = _folder.Write("server.properties", Listeners + (where == "property"
            ? "listener.name.clients.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\\n username=\"admin\" password=\"admin-secret\" user_admin=\"admin-secret\" \\\n user_alice=\"al\\\\\"ice; secret\";\n"
            : ""));
        var jaas = _folder.Write("jaas.conf", Jaas);
        var run = Import(properties, where == "file" ? jaas : null, where == "KAFKA_OPTS" ? $"-Xmx1g -Djava.security.auth.login.config={jaas} -Dx=y" : null);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Out, Does.StartWith($"# 2 users of PLAIN (admin, alice) are in {Credentials}, as salted hashes; kafka-modular users changes them.\n").And.Not.Contain("ice; secret").And.Not.Contain("user_"));
        Assert.That(run.Error, Does.Contain($"2 users of PLAIN are in {Credentials}").And.Not.Contain("secret"));
        Assert.That(File.ReadAllText(Credentials), Does.Not.Contain("secret"));

        var configuration = YamlReader.Read(run.Out, "server.yaml").Entries.Where(static entry => !entry.Name.StartsWith("advertised", StringComparison.Ordinal))
            .ToDictionary(static entry => entry.Name, static entry => entry.Text ?? string.Join(',', entry.Items!));
        await using var kafka = await EmbeddedKafka.StartAsync(new EmbeddedKafkaOptions { SecurityProtocol = "SASL_PLAINTEXT", Configuration = configuration });
        Assert.That((await ListTopicsAsync(kafka, "admin", "admin-secret")).ExitCode, Is.Zero);
        Assert.That((await ListTopicsAsync(kafka, "alice", "al\"ice; secret")).ExitCode, Is.Zero);
        Assert.That((await ListTopicsAsync(kafka, "alice", "admin-secret")).Error, Does.Contain("Authentication failed: Invalid username or password"));
    }

    [Test]
    public void Users_that_differ_by_listener_stay_in_the_login_configurations()
    {
        var properties = _folder.Write("server.properties", """
            listeners=ONE://localhost:1,TWO://localhost:2
            listener.security.protocol.map=ONE:SASL_PLAINTEXT,TWO:SASL_SSL
            sasl.enabled.mechanisms=PLAIN
            listener.name.two.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="two";
            """);
        var run = Import(properties, _folder.Write("jaas.conf", "KafkaServer { org.apache.kafka.common.security.plain.PlainLoginModule required user_alice=\"one\"; };"));
        var entries = YamlReader.Read(run.Out, "server.yaml").Entries.ToDictionary(static entry => entry.Name, static entry => entry.Text);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Out, Does.StartWith("# Users of PLAIN differ by listener"));
        Assert.That(entries["listener.name.one.plain.sasl.jaas.config"], Does.Contain("user_alice=\"one\""));
        Assert.That(entries["listener.name.two.plain.sasl.jaas.config"], Does.Contain("user_alice=\"two\""));
        Assert.That(File.Exists(Credentials), Is.False);
    }

    [Test]
    public void A_listener_that_nobody_could_log_in_at_is_named()
    {
        var run = Import(_folder.Write("server.properties", Listeners), null);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("listener CLIENTS enables PLAIN, and nothing says who its users are").And.Contain("KAFKA_OPTS"));
        Assert.That(run.Out, Does.Contain("sasl.enabled.mechanisms"));
    }

    [Test]
    public void A_login_configuration_that_is_not_there_is_named()
    {
        var run = Import(_folder.Write("server.properties", Listeners), null, "-Djava.security.auth.login.config=/nowhere/jaas.conf");
        Assert.That((run.ExitCode, run.Out), Is.EqualTo((1, "")));
        Assert.That(run.Error, Does.Contain("KAFKA_OPTS names /nowhere/jaas.conf"));
    }

    [Test]
    public void A_credential_file_that_is_there_stays_as_it_is()
    {
        File.WriteAllText(Credentials, "# mine\n");
        var run = Import(_folder.Write("server.properties", Listeners), _folder.Write("jaas.conf", Jaas));
        Assert.That((run.ExitCode, run.Out, File.ReadAllText(Credentials)), Is.EqualTo((1, "", "# mine\n")));
        Assert.That(run.Error, Does.Contain("--credentials"));
    }

    [Test]
    public void Users_of_SCRAM_are_said_to_be_elsewhere()
    {
        var properties = _folder.Write("server.properties", Listeners.Replace("mechanisms=PLAIN", "mechanisms=SCRAM-SHA-256,SCRAM-SHA-512", StringComparison.Ordinal));
        var run = Import(properties, _folder.Write("jaas.conf", Jaas));
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Out, Does.StartWith("# Users of SCRAM are in the metadata of the old cluster"));
        Assert.That(run.Out, Does.Contain("listener.name.clients.scram-sha-256.sasl.jaas.config").And.Contain("listener.name.clients.scram-sha-512.sasl.jaas.config").And.Not.Contain("plain.sasl"));
    }

    [TestCase(null, null)]
    [TestCase("-Xmx1g", null)]
    [TestCase("-Djava.security.auth.login.config=/a -Djava.security.auth.login.config=/b", "/b")]
    [TestCase("\"-Djava.security.auth.login.config==/etc/kafka/jaas.conf\"", "/etc/kafka/jaas.conf")]
    [TestCase("-Djava.security.auth.login.config=file:/etc/jaas.conf", "/etc/jaas.conf")]
    public void Options_of_Java_name_the_login_configuration(string? options, string? expected) => Assert.That(ConfigImport.JaasOf(options), Is.EqualTo(expected));

    private ToolRun Import(string properties, string? jaas, string? options = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = new ConfigImport(properties, jaas, Credentials, options).Run(output, error);
        return new ToolRun(code, output.ToString(), error.ToString());
    }

    private Task<ToolRun> ListTopicsAsync(EmbeddedKafka kafka, string user, string password)
    {
        var client = _folder.Write($"{user}.properties", $"""
            security.protocol=SASL_PLAINTEXT
            sasl.mechanism=PLAIN
            sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="{user}" password="{password.Replace("\"", "\\\\\"", StringComparison.Ordinal)}";
            """);
        return ToolRun.OfAsync("kafka-topics", "--bootstrap-server", kafka.BootstrapServers, "--list", "--command-config", client);
    }
}
