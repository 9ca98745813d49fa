using System.Globalization;
using System.Text;
using Kafka.Modular.Fuzz.Tests.Connections;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Testing;

namespace Kafka.Modular.Fuzz.Tests.Brokers;

/// <summary>
/// A broker with a good client: from time to time it produces a record, and at the end all records that were acknowledged must be there, no request's
/// memory may be held, and no unexpected error may have been logged.
/// </summary>
internal sealed class BrokerLife : IAsyncDisposable
{
    public const int PatienceMs = 30_000;
    private const string GoodTopic = "the-good-client-alone-writes-here";
    private const string MemoryMetric = "kafka_network_socketserver_memorypoolused";

    private readonly EmbeddedKafka _kafka;
    private readonly CountingLoggers _loggers;
    private readonly FuzzConnection _good;
    private int _correlation;
    private int _acknowledged;

    private BrokerLife(EmbeddedKafka kafka, CountingLoggers loggers)
    {
        _kafka = kafka;
        _loggers = loggers;
        _good = Connect();
    }

    public IReadOnlyCollection<string> LastLines => _loggers.Recent;

    public static async Task<BrokerLife> StartAsync()
    {
        var loggers = new CountingLoggers();
        var kafka = await EmbeddedKafka.StartAsync(new EmbeddedKafkaOptions
        {
            Loggers = loggers,
            Configuration = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["listeners"] = "PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0",
                ["http.listeners"] = "127.0.0.1:0",
                ["queued.max.request.bytes"] = "50000000",
                ["group.min.session.timeout.ms"] = "1",
                ["socket.request.max.bytes"] = "10000000",
            },
        });
        var life = new BrokerLife(kafka, loggers);
        life.CreateTopics();
        return life;
    }

    public FuzzConnection Connect() => new(_kafka.BootstrapServers);

    /// <summary>Fails when something was logged that nobody expects.</summary>
    public void CheckLog()
    {
        if (_loggers.Errors.Count > 0)
        {
            throw new InvalidOperationException($"The broker logged an error: {_loggers.Errors.First()}");
        }
    }

    /// <summary>The good client produces a record, which must be acknowledged.</summary>
    public void ProduceOne()
    {
        var builder = new RecordBatchBuilder(new RecordBatchOptions());
        builder.Append(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), null, Encoding.UTF8.GetBytes(_acknowledged.ToString(CultureInfo.InvariantCulture)));
        var partition = new ProduceRequest.PartitionProduceData { Records = builder.Build().ToArray() };
        var reply = Ask<ProduceResponse>(
            new ProduceRequest { Acks = -1, TimeoutMs = PatienceMs, TopicData = [new ProduceRequest.TopicProduceData { Name = GoodTopic, PartitionData = [partition] }] }, 9);
        var result = reply.Responses[0].PartitionResponses[0];
        Require(
            result.ErrorCode == ErrorCode.None && result.BaseOffset == _acknowledged,
            () => $"the good client's record {_acknowledged} got {result.ErrorCode} ({result.ErrorMessage}) and offset {result.BaseOffset}; now the partition has {DescribePartition()}");
        _acknowledged++;
    }

    /// <summary>Checks what must hold when every other connection is gone.</summary>
    public async Task FinishAsync()
    {
        ProduceOne();
        ReadAll();
        using var http = new HttpClient { Timeout = TimeSpan.FromMilliseconds(PatienceMs) };
        var page = new Uri($"http://{_kafka.MonitoringEndPoints[0]}/metrics");
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var started = TimeProvider.System.GetTimestamp();
        for (var held = ""; held != "0"; await pace.WaitForNextTickAsync())
        {
            Require(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds < PatienceMs, $"requests still hold {held} bytes");
            var line = (await http.GetStringAsync(page)).Split('\n').FirstOrDefault(line => line.StartsWith(MemoryMetric, StringComparison.Ordinal));
            held = line?.Split(' ')[1] ?? throw new InvalidOperationException($"There is no {MemoryMetric}.");
        }

        CheckLog();
    }

    public async ValueTask DisposeAsync()
    {
        _good.Dispose();
        await _kafka.DisposeAsync();
    }

    private void CreateTopics()
    {
        var request = new CreateTopicsRequest { TimeoutMs = PatienceMs };
        foreach (var name in new[] { GoodTopic, "fuzz-0", "fuzz-1" })
        {
            request.Topics.Add(new CreateTopicsRequest.CreatableTopic { Name = name, NumPartitions = name == GoodTopic ? 1 : 2, ReplicationFactor = 1 });
        }

        foreach (var topic in Ask<CreateTopicsResponse>(request, 5).Topics)
        {
            Require(topic.ErrorCode == ErrorCode.None, $"{topic.Name} was not created: {topic.ErrorCode}");
        }
    }

    private void ReadAll()
    {
        for (var next = 0; next < _acknowledged;)
        {
            var reply = Ask<FetchResponse>(
                new FetchRequest
                {
                    MaxWaitMs = 100,
                    MinBytes = 1,
                    MaxBytes = 1_000_000,
                    Topics = [new FetchRequest.FetchTopic { Topic = GoodTopic, Partitions = [new FetchRequest.FetchPartition { FetchOffset = next, PartitionMaxBytes = 1_000_000 }] }],
                },
                11);
            var partition = reply.Responses[0].Partitions[0];
            Require(partition.ErrorCode == ErrorCode.None, $"the good client's records cannot be fetched: {partition.ErrorCode}");
            var before = next;
            foreach (var batch in new RecordBatchEnumerator(partition.Records.ToArray()))
            {
                foreach (var record in new RecordEnumerator(in batch))
                {
                    if (record.Offset == next)
                    {
                        Require(Encoding.UTF8.GetString(record.Value) == next.ToString(CultureInfo.InvariantCulture), $"record {next} of the good client has changed");
                        next++;
                    }
                }
            }

            Require(next > before, $"of {_acknowledged} acknowledged records only {next} are there");
        }
    }

    private T Ask<T>(IRequest request, short version)
        where T : class, IResponse<T>, new()
    {
        var correlation = ++_correlation;
        Require(_good.TrySend(request, version, correlation), "the good client's connection was closed");
        Require(_good.TryRead(PatienceMs, out var frame) == ReadOutcome.Frame, "the good client got no reply");
        var reader = new ProtocolReader(frame);
        Require(MessageFraming.ReadResponseHeader(ref reader, request.ApiKey, version).CorrelationId == correlation, "the good client got another reply");
        return T.Read(ref reader, version);
    }

    private string DescribePartition()
    {
        var partition = Ask<MetadataResponse>(new MetadataRequest { Topics = [new MetadataRequest.MetadataRequestTopic { Name = GoodTopic }] }, 9).Topics[0].Partitions[0];
        return $"leader {partition.LeaderId} of epoch {partition.LeaderEpoch}, replicas {string.Join(',', partition.ReplicaNodes)}, in sync {string.Join(',', partition.IsrNodes)}, {partition.ErrorCode}";
    }

    private static void Require(bool holds, Func<string> what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what());
        }
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
