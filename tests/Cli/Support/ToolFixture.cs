using Kafka.Modular.Testing;

namespace Kafka.Modular.Cli.Tests.Support;

/// <summary>A broker of the fixture's own, and tools that are run against it.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[NonParallelizable]
internal abstract class ToolFixture
{
    private EmbeddedKafka _kafka = null!;

    /// <summary>What the tools take as <c>--bootstrap-server</c>.</summary>
    protected string Servers => _kafka.BootstrapServers;

    /// <summary>The cluster's id.</summary>
    protected string ClusterId => _kafka.ClusterId;

    [OneTimeSetUp]
    public async Task StartBroker() => _kafka = await EmbeddedKafka.StartAsync(Options());

    [OneTimeTearDown]
    public async Task StopBroker() => await _kafka.DisposeAsync();

    /// <summary>How the broker is started.</summary>
    protected virtual EmbeddedKafkaOptions Options() => new();

    /// <summary>Runs a tool against the broker; the words of its command line stand in one text, separated by blanks.</summary>
    protected Task<ToolRun> RunAsync(string tool, string arguments) =>
        ToolRun.OfAsync(tool, ["--bootstrap-server", Servers, .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

    /// <summary>Creates a topic.</summary>
    protected async Task CreateTopicAsync(string name, int partitions = 1) =>
        (await RunAsync("kafka-topics", $"--create --topic {name} --partitions {partitions}")).Succeeded();
}
