using Kafka.Modular.Cli.Tests.Support;
using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Cli.Tests.Storage;

public sealed class StorageToolTests
{
    [Test]
    public async Task A_random_uuid_is_one()
    {
        var run = await ToolRun.OfAsync("kafka-storage", "random-uuid");
        Assert.That(Uuid.TryParse(run.Succeeded().Out.TrimEnd(), out _), Is.True);
    }

    [Test]
    public async Task The_features_of_a_release_are_those_of_Kafka()
    {
        var run = await ToolRun.OfAsync("kafka-storage", "version-mapping", "--release-version", "4.0-IV3");
        Assert.That(run.Succeeded().Out, Is.EqualTo(
            """
            metadata.version=25 (4.0-IV3)
            kraft.version=1
            transaction.version=2
            group.version=1
            eligible.leader.replicas.version=0
            share.version=0
            streams.version=0

            """));
    }

    [Test]
    public async Task What_a_feature_needs_is_said()
    {
        var run = await ToolRun.OfAsync("kafka-storage", "feature-dependencies", "--feature", "eligible.leader.replicas.version=1", "-f", "group.version=1");
        Assert.That(run.Succeeded().Out, Is.EqualTo("eligible.leader.replicas.version=1 requires:\n    metadata.version=23 (4.0-IV1)\ngroup.version=1 has no dependencies.\n"));
    }

    [Test]
    public async Task A_feature_that_there_is_not_ends_with_1()
    {
        var run = await ToolRun.OfAsync("kafka-storage", "feature-dependencies", "--feature", "tea.version=1");
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((1, "Unknown feature: tea.version\n")));
    }

    [Test]
    public async Task Info_names_a_directory_that_does_not_exist()
    {
        using var folder = new TempFolder();
        var config = folder.Write("server.properties", $"process.roles=broker,controller\nnode.id=1\ncontroller.listener.names=CONTROLLER\nlisteners=PLAINTEXT://:9092,CONTROLLER://:9093\nlistener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\ncontroller.quorum.bootstrap.servers=localhost:9093\nlog.dirs={folder.Path}/none\nplugins.storage=file\n");
        var run = await ToolRun.OfAsync("kafka-storage", "info", "-c", config);
        if (run.Error.Contains("plugin", StringComparison.OrdinalIgnoreCase))
        {
            TestContext.Out.WriteLine("the plugins are not built beside the tests");
            return;
        }

        Assert.That((run.ExitCode, run.Out), Is.EqualTo((1, $"Found problem:\n  {folder.Path}/none does not exist\n\n")));
    }

    [Test]
    public void Info_shows_what_a_directory_is_formatted_for()
    {
        using var folder = new TempFolder();
        folder.Write("meta.properties", "node.id=1\nversion=1\ncluster.id=abc\ndirectory.id=xyz\n");
        using var text = new StringWriter { NewLine = "\n" };
        var code = Cli.Storage.StorageInfo.Write([folder.Path], asJson: false, text);
        Assert.That((code, text.ToString()), Is.EqualTo(
            (0, $"Found log directory:\n  {folder.Path}\n\nFound metadata: {{cluster.id=abc, directory.id=xyz, node.id=1, version=1}}\n\n")));
    }
}
