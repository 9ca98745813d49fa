using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Security;
using Kafka.Modular.Testing;

namespace Kafka.Modular.Handlers.Tests.Wire;

/// <summary>A broker of its own for each test, and what most tests do with it.</summary>
internal abstract class BrokerFixture
{
    private EmbeddedKafka _kafka = null!;

    /// <summary>A connection to the broker.</summary>
    protected WireClient Client { get; private set; } = null!;

    protected string BootstrapServers => _kafka.BootstrapServers;

    /// <summary>Configuration that the test's broker differs by.</summary>
    protected virtual Dictionary<string, string> Configuration => [];

    /// <summary>Who decides what the test's clients may do; nobody unless a test says so.</summary>
    protected virtual IAuthorizer? Authorizer => null;

    [SetUp]
    public async Task StartAsync()
    {
        _kafka = await EmbeddedKafka.StartAsync(new EmbeddedKafkaOptions { Configuration = Configuration, Authorizer = Authorizer });
        Client = await ConnectAsync();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await Client.DisposeAsync();
        await _kafka.DisposeAsync();
    }

    protected Task<WireClient> ConnectAsync() => WireClient.ConnectAsync(BootstrapServers);

    /// <summary>Creates a topic and gives its id.</summary>
    protected async Task<Uuid> CreateTopicAsync(string name, int partitions = 1, params (string Key, string Value)[] configs)
    {
        var topic = new CreateTopicsRequest.CreatableTopic { Name = name, NumPartitions = partitions, ReplicationFactor = -1 };
        foreach (var (key, value) in configs)
        {
            topic.Configs.Add(new CreateTopicsRequest.CreatableTopicConfig { Name = key, Value = value });
        }

        var created = (await Client.SendAsync(new CreateTopicsRequest { Topics = [topic], TimeoutMs = 10_000 })).Topics[0];
        Assert.That(created.ErrorCode, Is.EqualTo(ErrorCode.None), created.ErrorMessage);
        return created.TopicId;
    }

    /// <summary>Produces one batch to a topic that is named (version 12), or by id (version 13).</summary>
    protected async Task<ProduceResponse.PartitionProduceResponse> ProduceAsync(
        string topic, byte[] batch, int partition = 0, short acks = -1, short version = 12, Uuid topicId = default, string? transactionalId = null, WireClient? client = null)
    {
        var request = new ProduceRequest { Acks = acks, TimeoutMs = 10_000, TransactionalId = transactionalId };
        request.TopicData.Add(new ProduceRequest.TopicProduceData
        {
            Name = topic,
            TopicId = topicId,
            PartitionData = [new ProduceRequest.PartitionProduceData { Index = partition, Records = batch }],
        });
        return (await (client ?? Client).SendAsync(request, version)).Responses[0].PartitionResponses[0];
    }

    /// <summary>A batch of records with these values.</summary>
    protected static byte[] Batch(params string[] values) => Batch(new RecordBatchOptions(), 1_700_000_000_000, values);

    protected static byte[] Batch(RecordBatchOptions options, long timestamp, params string[] values)
    {
        var builder = new RecordBatchBuilder(options);
        foreach (var value in values)
        {
            builder.Append(timestamp, null, System.Text.Encoding.UTF8.GetBytes(value));
        }

        return builder.Build().ToArray();
    }
}
