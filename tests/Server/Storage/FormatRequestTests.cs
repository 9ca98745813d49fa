using Kafka.Modular.Configuration.Values;
using Kafka.Modular.Metadata.Bootstrap;
using Kafka.Modular.Server.Storage;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Storage;
using Kafka.Modular.Storage.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Server.Tests.Storage;

public sealed class FormatRequestTests
{
    private const string ClusterId = "q1Sh-9_ISia_zwGINzRvyQ";
    private const string OwnDirectory = "JEXY6aqzQY-32P5TStzaFg";
    private ILogStore _store = null!;

    [SetUp]
    public void OpenStore() => _store = new MemoryStoragePlugin().CreateStore(new PluginContext(NullLoggerFactory.Instance, TimeProvider.System, new Dictionary<string, string>()));

    [TearDown]
    public async Task DisposeStore() => await _store.DisposeAsync();

    [Test]
    public void Credentials_wait_in_the_bootstrap_checkpoint()
    {
        Format(new FormatRequest { ClusterId = ClusterId, IsStandalone = true, Credentials = ["SCRAM-SHA-512=[name=alice,password=secret]"] });
        using var directory = _store.OpenDirectory("data");
        var bootstrap = BootstrapMetadata.Read(directory.Blobs.Read(StorageFormatter.BootstrapFile)!, "a test");
        Assert.That(bootstrap.Image.Scram.Credentials.Values.Select(static each => each.Iterations), Is.EqualTo(new[] { 4096 }));
    }

    [Test]
    public void A_voter_among_the_initial_controllers_has_the_directory_that_they_name()
    {
        var said = Format(new FormatRequest { ClusterId = ClusterId, InitialControllers = $"1@localhost:9093:{OwnDirectory},2@localhost:9094:MvDxzVmcRsaTz33bUuRU6A" });
        Assert.That(said, Is.EqualTo(new[] { "Formatting dynamic metadata voter directory data with metadata.version 4.2-IV1." }));
        Assert.That(new StorageFormatter(_store, TimeProvider.System, Core.Randomness.SystemRandomSource.Instance).FindFormatted(["data"])["data"].DirectoryId.ToString(), Is.EqualTo(OwnDirectory));
    }

    [Test]
    public void A_node_that_is_not_among_the_initial_controllers_is_no_voter() => Assert.That(
        Format(new FormatRequest { ClusterId = ClusterId, InitialControllers = $"2@localhost:9094:{OwnDirectory}" }),
        Is.EqualTo(new[] { "Formatting dynamic metadata directory data with metadata.version 4.2-IV1." }));

    [Test]
    public void A_node_may_begin_without_voters() => Assert.That(
        Format(new FormatRequest { ClusterId = ClusterId, HasNoInitialControllers = true }),
        Is.EqualTo(new[] { "Formatting metadata directory data with metadata.version 4.2-IV1." }));

    [Test]
    public void Only_one_way_to_begin_a_quorum_can_be_given() => Assert.That(
        () => Format(new FormatRequest { ClusterId = ClusterId, HasNoInitialControllers = true, IsStandalone = true }),
        Throws.TypeOf<FormatException>().With.Message.StartsWith("Only one of --standalone"));

    [Test]
    public void A_controller_must_say_how_its_quorum_begins() => Assert.That(
        () => Format(new FormatRequest { ClusterId = ClusterId }),
        Throws.TypeOf<FormatException>().With.Message.EndsWith("--standalone, --initial-controllers, or --no-initial-controllers."));

    [Test]
    public void Credentials_need_a_release_that_knows_them() => Assert.That(
        () => Format(new FormatRequest { ClusterId = ClusterId, IsStandalone = true, ReleaseVersion = "3.4", Credentials = ["SCRAM-SHA-512=[name=alice,password=secret]"] }),
        Throws.TypeOf<FormatException>().With.Message.EqualTo("SCRAM is only supported in metadata.version 3.5-IV2 or later."));

    [TestCase("my-cluster")]
    [TestCase("zO8/3Gn9TtOMEfk+l0Wd3Q")]
    public void The_id_of_a_cluster_is_any_text(string id)
    {
        Format(new FormatRequest { ClusterId = id, IsStandalone = true });
        Assert.That(new StorageFormatter(_store, TimeProvider.System, Core.Randomness.SystemRandomSource.Instance).FindFormatted(["data"])["data"].ClusterId, Is.EqualTo(id));
    }

    [TestCase("")]
    [TestCase("a\nnode.id=7")]
    public void The_id_of_a_cluster_is_not_empty_and_one_line(string id) => Assert.That(
        () => Format(new FormatRequest { ClusterId = id, IsStandalone = true }),
        Throws.TypeOf<FormatException>().With.Message.EqualTo("You must specify the cluster id."));

    private List<string> Format(FormatRequest request)
    {
        var said = new List<string>();
        request.Run(
            NodeConfiguration.Load(new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["process.roles"] = "broker,controller",
                ["node.id"] = "1",
                ["controller.listener.names"] = "CONTROLLER",
                ["listener.security.protocol.map"] = "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                ["listeners"] = "PLAINTEXT://localhost:0,CONTROLLER://localhost:0",
                ["controller.quorum.bootstrap.servers"] = "localhost:9093",
                ["log.dirs"] = "data",
            }).Required,
            _store,
            said.Add);
        return said;
    }
}
