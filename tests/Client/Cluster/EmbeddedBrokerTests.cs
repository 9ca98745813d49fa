using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Testing;

namespace Kafka.Modular.Client.Tests.Cluster;

/// <summary>Against a real broker over real sockets.</summary>
internal sealed class EmbeddedBrokerTests
{
    private EmbeddedKafka _kafka = null!;
    private ClusterClient _client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _kafka = await EmbeddedKafka.StartAsync();
        _client = new ClusterClient(
            ClientOptions.Parse(ClientProperties.Empty.With("bootstrap.servers", _kafka.BootstrapServers)), new ClientParts { Network = new SocketNetwork() });
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _client.DisposeAsync();
        await _kafka.DisposeAsync();
    }

    [Test]
    public async Task Requests_find_the_controller_a_leader_and_a_coordinator()
    {
        var created = await _client.SendAsync(
            RequestTarget.Controller,
            new CreateTopicsRequest { TimeoutMs = 10_000, Topics = [new() { Name = "t", NumPartitions = 2, ReplicationFactor = -1 }] },
            CancellationToken.None);
        Assert.That(created.Topics[0].ErrorCode, Is.EqualTo(ErrorCode.None));
        var metadata = await _client.GetMetadataAsync(["t"], CancellationToken.None);
        Assert.That(metadata.ClusterId, Is.EqualTo(_kafka.ClusterId));
        Assert.That(metadata.Topics["t"].Partitions, Has.Count.EqualTo(2));
        var offsets = await _client.SendAsync(
            RequestTarget.Leader("t", 1),
            new ListOffsetsRequest { ReplicaId = (BrokerId)(-1), Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = 1, Timestamp = -1 }] }] },
            CancellationToken.None);
        Assert.That(offsets.Topics[0].Partitions[0].Offset, Is.Zero);
        var left = await _client.SendAsync(
            RequestTarget.GroupCoordinator("g"), new HeartbeatRequest { GroupId = "g", MemberId = "m" }, response => response.ErrorCode, CancellationToken.None);
        Assert.That(left.ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public async Task Nodes_and_all_topics_are_listed()
    {
        var metadata = await _client.RefreshMetadataAsync(null, CancellationToken.None);
        Assert.That(metadata.Nodes.Keys, Is.EqualTo(new[] { 1 }));
        Assert.That(metadata.Topics, Is.Empty);
        var node = await _client.ConnectAsync(RequestTarget.Node(1), CancellationToken.None);
        Assert.That(node.Versions.Supports(ApiKey.Fetch));
    }
}
