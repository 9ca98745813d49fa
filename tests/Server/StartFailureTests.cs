using System.Net;
using System.Net.Sockets;
using Kafka.Modular.Configuration.Values;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Server.Storage;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Storage;
using Kafka.Modular.Storage.File;
using Kafka.Modular.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Server.Tests;

/// <summary>What keeps a broker from starting is said in one line that names the key or the directory.</summary>
public sealed class StartFailureTests
{
    private const string ClusterId = "4L6g3nShT-eMCtK--X86sw";

    private readonly string _folder = Directory.CreateTempSubdirectory("kafka-modular-").FullName;
    private ILogStore _store = null!;

    [SetUp]
    public void OpenStore() => _store = new FileStoragePlugin().CreateStore(new PluginContext(NullLoggerFactory.Instance, TimeProvider.System, new Dictionary<string, string>()));

    [TearDown]
    public async Task RemoveFolder()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public void A_directory_that_is_not_formatted_stops_the_start_and_names_the_verb()
        => Assert.That(async () => await StartAsync(), Throws.TypeOf<BrokerStartException>().With.Message.Contains(_folder).And.Message.Contains("kafka-modular format"));

    [Test]
    public async Task A_directory_that_was_formatted_is_started()
    {
        Format();
        await using var broker = await StartAsync();
        Assert.That(broker.ClusterId, Is.EqualTo(ClusterId));
    }

    [Test]
    public void A_directory_of_another_node_stops_the_start()
    {
        Format();
        Assert.That(async () => await StartAsync(("node.id", "2")), Throws.TypeOf<BrokerStartException>().With.Message.Contains("node.id").And.Message.Contains("formatted for node 1"));
    }

    [Test]
    public async Task A_directory_in_use_stops_the_start()
    {
        Format();
        await using var first = await StartAsync();
        Assert.That(async () => await StartAsync(), Throws.TypeOf<BrokerStartException>().With.Message.Contains(_folder));
    }

    [Test]
    public void A_port_in_use_stops_the_start()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        Assert.That(async () => await EmbeddedKafka.StartAsync(new() { Port = port }), Throws.TypeOf<BrokerStartException>().With.Message.Contains($"{port}"));
    }

    [Test]
    public void A_node_that_is_not_both_broker_and_controller_is_not_served_yet()
        => Assert.That(
            () => Create(("process.roles", "broker"), ("listeners", "PLAINTEXT://localhost:0"), ("controller.quorum.bootstrap.servers", "localhost:9093")),
            Throws.TypeOf<BrokerStartException>().With.Message.StartsWith("process.roles"));

    [Test]
    public void An_unknown_key_stops_the_start_and_is_named()
        => Assert.That(
            async () => await EmbeddedKafka.StartAsync(new() { Configuration = new Dictionary<string, string> { ["num.partition"] = "3" } }),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("num.partition").And.Message.Contains("num.partitions"));

    [Test]
    public void Formatting_twice_is_refused_unless_asked_for()
    {
        Format();
        Assert.That(() => Format(), Throws.TypeOf<FormatException>().With.Message.Contains("is already formatted"));
        Assert.That(Format(ignoreFormatted: true), Is.EqualTo(["All of the log directories are already formatted."]));
    }

    [Test]
    public void A_feature_whose_APIs_are_not_served_cannot_be_finalized()
        => Assert.That(() => Format(features: ["transaction.version=2"]), Throws.TypeOf<FormatException>().With.Message.StartsWith("Unsupported feature: transaction.version"));

    private List<string> Format(bool ignoreFormatted = false, IReadOnlyList<string>? features = null)
    {
        var said = new List<string>();
        new FormatRequest { ClusterId = ClusterId, IsStandalone = true, IgnoresFormatted = ignoreFormatted, Features = features ?? [] }.Run(Configuration(), _store, said.Add);
        return said;
    }

    private async Task<Broker> StartAsync(params (string Key, string Value)[] values)
    {
        var broker = Create(values);
        await broker.StartAsync(CancellationToken.None);
        return broker;
    }

    private Broker Create(params (string Key, string Value)[] values) => Broker.Create(new BrokerParts
    {
        Configuration = Configuration(values), Store = _store, Codecs = CompressionCodecs.Empty, Loggers = NullLoggerFactory.Instance,
    });

    private NodeConfiguration Configuration(params (string Key, string Value)[] values)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["process.roles"] = "broker,controller",
            ["node.id"] = "1",
            ["controller.listener.names"] = "CONTROLLER",
            ["listener.security.protocol.map"] = "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            ["listeners"] = "PLAINTEXT://localhost:0,CONTROLLER://localhost:0",
            ["controller.quorum.bootstrap.servers"] = "localhost:9093",
            ["log.dirs"] = _folder,
        };
        foreach (var (key, value) in values)
            all[key] = value;
        return NodeConfiguration.Load(all).Required;
    }
}
