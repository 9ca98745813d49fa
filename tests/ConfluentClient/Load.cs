using System.Text.Json;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Kafka.Modular.ConfluentClient;

/// <summary>
/// A load under which a broker is killed again and again. It does what the lines on its standard input say and answers each with a
/// line of JSON: <c>go</c>, <c>stop</c>, <c>verify</c> (waits for what is outstanding, then reads what was stored since the last time)
/// and <c>verify-all</c> (reads the whole log). The end of the input ends it.
/// </summary>
internal sealed class Load(ClientOptions options)
{
    private const int Partitions = 10;

    private readonly List<LoadProducer> _producers = [];
    private readonly long[] _verified = new long[Partitions];

    public async Task<int> RunAsync()
    {
        await CreateTopicAsync();
        for (int number = 0; number < options.Number("idempotent", 10) + options.Number("pipelined", 2); number++)
        {
            _producers.Add(new LoadProducer(number, number < options.Number("idempotent", 10), options, Partitions));
        }

        Answer(new { ready = true });
        while (await Console.In.ReadLineAsync() is { } command)
        {
            Answer(Obey(command));
        }

        int acknowledged = _producers.Sum(producer => producer.Acknowledged);
        _producers.ForEach(producer => producer.Dispose());
        return acknowledged;
    }

    private static void Answer(object answer) => Console.WriteLine(JsonSerializer.Serialize(answer));

    private object Obey(string command)
    {
        switch (command)
        {
            case "go":
                _producers.ForEach(producer => producer.Go());
                return new { going = true };
            case "stop":
                _producers.ForEach(producer => producer.Stop());
                return new { going = false };
            case "verify":
                int inFlight = _producers.Sum(producer => producer.Settle(options));
                Read();
                return new { acknowledged = _producers.Sum(producer => producer.Acknowledged), inFlight, ends = _verified };
            case "verify-all":
                Array.Clear(_verified);
                _producers.ForEach(producer => producer.Streams.ToList().ForEach(stream => stream.StartOver()));
                Read();
                return new { acknowledged = _producers.Sum(producer => producer.Acknowledged), ends = _verified };
            default:
                throw new ArgumentException($"unknown command {command}");
        }
    }

    private async Task CreateTopicAsync()
    {
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.Bootstrap }).Build();
        TopicSpecification topic = new()
        {
            Name = options.Topic,
            NumPartitions = Partitions,
            ReplicationFactor = 1,
            Configs = new Dictionary<string, string> { ["segment.bytes"] = options.Text("segment-bytes") },
        };
        await admin.CreateTopicsAsync([topic]);
    }

    // Reads from where the last reading ended to the end of the log, and compares with what was acknowledged.
    private void Read()
    {
        ConsumerConfig config = new() { BootstrapServers = options.Bootstrap, GroupId = "verifier", EnableAutoCommit = false, CheckCrcs = true };
        using IConsumer<Ignore, byte[]> consumer = new ConsumerBuilder<Ignore, byte[]>(config).Build();
        long[] ends = new long[Partitions];
        for (int partition = 0; partition < Partitions; partition++)
        {
            ends[partition] = consumer.QueryWatermarkOffsets(new TopicPartition(options.Topic, partition), TimeSpan.FromSeconds(30)).High;
            if (ends[partition] < _verified[partition])
            {
                throw new InvalidDataException($"partition {partition} ends at {ends[partition]}, and ended at {_verified[partition]} before");
            }
        }

        consumer.Assign(Enumerable.Range(0, Partitions).Select(partition => new TopicPartitionOffset(options.Topic, partition, _verified[partition])));
        while (Enumerable.Range(0, Partitions).Any(partition => _verified[partition] < ends[partition]))
        {
            if (consumer.Consume(TimeSpan.FromSeconds(20)) is not { Message: not null } result)
            {
                throw new TimeoutException($"nothing more to read at {string.Join(' ', _verified)}; the partitions end at {string.Join(' ', ends)}");
            }

            Note(result);
        }

        _producers.ForEach(producer => producer.Streams.ToList().ForEach(stream => stream.CheckAcknowledged()));
    }

    private void Note(ConsumeResult<Ignore, byte[]> result)
    {
        int partition = result.Partition.Value;
        if (result.Offset.Value != _verified[partition])
        {
            throw new InvalidDataException($"partition {partition}: nothing at offset {_verified[partition]}, the next is {result.Offset.Value}");
        }

        _verified[partition]++;
        (int number, int sequence) = LoadStream.Parse(result.Message.Value);
        LoadProducer producer = _producers[number];
        producer.Streams[partition].Read(sequence, result.Offset, result.Message.Value, producer.Idempotent);
    }
}
