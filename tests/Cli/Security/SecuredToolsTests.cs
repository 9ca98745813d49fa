using Kafka.Modular.Cli.Tests.Support;
using Kafka.Modular.Core.Tests.Tls;
using Kafka.Modular.Testing;

namespace Kafka.Modular.Cli.Tests.Security;

/// <summary>The tools against a broker that does not take anybody: what they do whatever the broker wants to see.</summary>
internal abstract class SecuredToolsTests(string protocol) : ToolFixture
{
    /// <summary>A folder with the authority's certificate in <c>ca.pem</c> and the broker's key store in <c>broker.pem</c>.</summary>
    protected TempFolder Folder { get; } = new();

    protected TestAuthority Authority { get; } = new("CN=Test CA");

    /// <summary>The file of properties of a client that may connect.</summary>
    protected string Admin { get; private set; } = "";

    [OneTimeTearDown]
    public void Forget()
    {
        Folder.Dispose();
        Authority.Dispose();
    }

    protected override EmbeddedKafkaOptions Options()
    {
        using var certificate = Authority.Issue("CN=broker");
        Folder.Write("broker.pem", TestAuthority.KeyStorePem(certificate, Authority));
        Folder.Write("ca.pem", Authority.Pem);
        Admin = CreateAdmin();
        return Secure(new EmbeddedKafkaOptions
        {
            SecurityProtocol = protocol,
            Configuration = new Dictionary<string, string>(StringComparer.Ordinal) { ["ssl.keystore.location"] = Path.Combine(Folder.Path, "broker.pem") },
        });
    }

    /// <summary>Writes the properties of a client that may connect, and gives the file.</summary>
    protected abstract string CreateAdmin();

    /// <summary>Adds to the broker what the protocol wants.</summary>
    protected abstract EmbeddedKafkaOptions Secure(EmbeddedKafkaOptions options);

    [Test]
    public async Task Records_go_in_and_out_with_the_old_flags_too()
    {
        (await AsAdminAsync("kafka-topics", "--create --topic orders")).Succeeded();
        var produced = await ToolRun.WithInputAsync("kafka-console-producer", "one\ntwo\n", "--bootstrap-server", Servers, "--topic", "orders", "--producer.config", Admin);
        Assert.That(produced.Succeeded().Error, Does.Contain("producer.config"));
        var consumed = await RunAsync("kafka-console-consumer", $"--topic orders --from-beginning --max-messages 2 --group readers --timeout-ms 20000 --consumer.config {Admin}");
        Assert.That(consumed.Succeeded().Out, Is.EqualTo("one\ntwo\n"));
        var groups = await AsAdminAsync("kafka-consumer-groups", "--list");
        Assert.That(groups.Succeeded().Out, Does.Contain("readers"));
    }

    [TestCase("kafka-broker-api-versions", "")]
    [TestCase("kafka-cluster", "cluster-id")]
    [TestCase("kafka-features", "describe")]
    [TestCase("kafka-metadata-quorum", "describe --status")]
    [TestCase("kafka-groups", "--list")]
    [TestCase("kafka-client-metrics", "--list")]
    [TestCase("kafka-get-offsets", "--topic listed")]
    [TestCase("kafka-log-dirs", "--describe")]
    [TestCase("kafka-reassign-partitions", "--list")]
    public async Task Every_tool_takes_the_properties_of_a_client(string tool, string arguments)
    {
        (await AsAdminAsync("kafka-topics", "--create --if-not-exists --topic listed")).Succeeded();
        string[] words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] common = ["--bootstrap-server", Servers, "--command-config", Admin];
        var run = await ToolRun.OfAsync(tool, tool == "kafka-cluster" ? [.. words, .. common] : [.. common, .. words]);
        run.Succeeded();
    }

    [Test]
    public async Task Performance_tools_log_in()
    {
        (await AsAdminAsync("kafka-topics", "--create --topic fast")).Succeeded();
        (await RunAsync("kafka-producer-perf-test", $"--topic fast --num-records 10 --record-size 10 --throughput -1 --producer.config {Admin}")).Succeeded();
        (await RunAsync("kafka-consumer-perf-test", $"--topic fast --num-records 10 --command-config {Admin}")).Succeeded();
    }

    protected Task<ToolRun> AsAdminAsync(string tool, string arguments) => RunAsync(tool, $"--command-config {Admin} {arguments}");
}
