using System.Text;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Client.Connections;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Testing;

namespace Kafka.Modular.Cli.Tests.Support;

/// <summary>A broker of the fixture's own, and tools that are run against it.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[NonParallelizable]
internal abstract class ToolFixture
{
    private EmbeddedKafka _kafka = null!;
    private ClusterClient? _client;

    /// <summary>What the tools take as <c>--bootstrap-server</c>.</summary>
    protected string Servers => _kafka.BootstrapServers;

    /// <summary>The cluster's id.</summary>
    protected string ClusterId => _kafka.ClusterId;

    [OneTimeSetUp]
    public async Task StartBroker() => _kafka = await EmbeddedKafka.StartAsync(Options());

    [OneTimeTearDown]
    public async Task StopBroker()
    {
        if (_client is not null)
            await _client.DisposeAsync();
        await _kafka.DisposeAsync();
    }

    /// <summary>How the broker is started.</summary>
    protected virtual EmbeddedKafkaOptions Options() => new();

    /// <summary>Runs a tool against the broker; the words of its command line stand in one text, separated by blanks.</summary>
    protected Task<ToolRun> RunAsync(string tool, string arguments) =>
        ToolRun.OfAsync(tool, ["--bootstrap-server", Servers, .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

    /// <summary>A client of the broker, for what no tool does.</summary>
    protected ClusterClient Client => _client ??= new ClusterClient(
        new ClientOptions { BootstrapServers = BrokerAddress.ParseList([Servers], "bootstrap.servers"), ClientId = "test" }, new ClientParts { Network = new SocketNetwork() });

    /// <summary>Commits an offset for a group without members.</summary>
    protected async Task CommitAsync(string group, string topic, int partition, long offset) => await Client.SendAsync(
        RequestTarget.GroupCoordinator(group),
        new OffsetCommitRequest
        {
            GroupId = group,
            Topics = [new() { Name = topic, Partitions = [new() { PartitionIndex = partition, CommittedOffset = offset, CommittedMetadata = "" }] }],
        },
        static response => response.Topics[0].Partitions[0].ErrorCode,
        new SendOptions { HighestVersion = 9 },
        CancellationToken.None);

    /// <summary>Writes records without keys to a partition.</summary>
    protected async Task ProduceAsync(string topic, int partition, params string[] values)
    {
        var batch = new RecordBatchBuilder(new RecordBatchOptions());
        foreach (var value in values)
            batch.Append(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), null, Encoding.UTF8.GetBytes(value));
        var request = new ProduceRequest
        {
            Acks = -1, TimeoutMs = 10_000, TopicData = [new() { Name = topic, PartitionData = [new() { Index = partition, Records = new Protocol.Messages.Records(batch.Build()) }] }],
        };
        var response = await Client.SendAsync(
            RequestTarget.Leader(topic, partition), request, static response => response.Responses[0].PartitionResponses[0].ErrorCode, new SendOptions { HighestVersion = 12 }, CancellationToken.None);
        Assert.That(response.Responses[0].PartitionResponses[0].ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    /// <summary>Creates a topic.</summary>
    protected async Task CreateTopicAsync(string name, int partitions = 1) =>
        (await RunAsync("kafka-topics", $"--create --topic {name} --partitions {partitions}")).Succeeded();
}
