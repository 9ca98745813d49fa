using System.Text;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Client.Producing;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Testing;

namespace Kafka.Modular.Client.Tests;

/// <summary>A broker of its own for each test, over real sockets.</summary>
internal abstract class BrokerFixture
{
    private readonly List<IAsyncDisposable> _owned = [];

    protected static CompressionCodecs Codecs { get; } = new(TestCodecs.All);

    protected EmbeddedKafka Kafka { get; private set; } = null!;

    protected BufferPool Buffers { get; } = new(new BufferPoolOptions { Checked = true });

    protected ClientParts Parts => new() { Network = new SocketNetwork(), Buffers = Buffers };

    [SetUp]
    public async Task StartAsync() => Kafka = await EmbeddedKafka.StartAsync();

    [TearDown]
    public async Task StopAsync()
    {
        foreach (var owned in Enumerable.Reverse(_owned))
        {
            await owned.DisposeAsync();
        }

        await Kafka.DisposeAsync();
        Buffers.ThrowIfRented();
    }

    protected T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    protected ClientProperties Properties(params (string Key, string Value)[] more) =>
        ClientProperties.Empty.With("bootstrap.servers", Kafka.BootstrapServers).With(more.Select(each => KeyValuePair.Create(each.Key, each.Value)));

    protected KafkaProducer Producer(params (string Key, string Value)[] more) => Own(new KafkaProducer(Properties(more), Parts, Codecs));

    protected ClusterClient Cluster() => Own(new ClusterClient(ClientOptions.Parse(Properties()), Parts));

    protected async Task CreateTopicAsync(string name, int partitions = 1, params (string Key, string Value)[] configs)
    {
        await using var client = new ClusterClient(ClientOptions.Parse(Properties()), Parts);
        var topic = new CreateTopicsRequest.CreatableTopic { Name = name, NumPartitions = partitions, ReplicationFactor = -1 };
        topic.Configs.AddRange(configs.Select(each => new CreateTopicsRequest.CreatableTopicConfig { Name = each.Key, Value = each.Value }));
        var created = await client.SendAsync(RequestTarget.Controller, new CreateTopicsRequest { TimeoutMs = 10_000, Topics = [topic] }, CancellationToken.None);
        Assert.That(created.Topics[0].ErrorCode, Is.EqualTo(ErrorCode.None), created.Topics[0].ErrorMessage);
    }

    protected static ProducerRecord Record(string topic, string value, string? key = null, int? partition = null) => new()
    {
        Topic = topic,
        Partition = partition,
        Key = key is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(key),
        Value = Encoding.UTF8.GetBytes(value).AsMemory(),
    };
}
