using System.Globalization;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Bench.Wire;

/// <summary>A topic of its own for a measurement; deleted afterwards, so that what it wrote need not go to the disk.</summary>
internal sealed class BenchTopic : IDisposable
{
    public const short ProduceVersion = 9;
    public const short FetchVersion = 12;
    private const short CreateVersion = 5;
    private const short DeleteVersion = 5;
    private const short MetadataVersion = 9;
    private const int TimeoutMs = 30_000;

    private readonly RawConnection _connection;

    public BenchTopic(BenchOptions options, Workload workload)
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"bench-{Environment.ProcessId}-{Guid.NewGuid():N}");
        Workload = workload;
        _connection = new RawConnection(options.Host, options.Port);
        var topic = new CreateTopicsRequest.CreatableTopic { Name = Name, NumPartitions = workload.Partitions, ReplicationFactor = 1 };
        topic.Configs.Add(new CreateTopicsRequest.CreatableTopicConfig { Name = "file.delete.delay.ms", Value = "1000" });
        var created = _connection.Ask(new CreateTopicsRequest { Topics = [topic], TimeoutMs = TimeoutMs }, CreateVersion).Topics[0];
        Check(created.ErrorCode, "creating a topic");
        WaitForLeaders();
    }

    public string Name { get; }

    public Workload Workload { get; }

    /// <summary>A produce request for a partition, encoded.</summary>
    public byte[] ProduceFrame(int partition, byte[] batch)
    {
        var request = new ProduceRequest { Acks = Workload.Acks, TimeoutMs = TimeoutMs };
        request.TopicData.Add(new ProduceRequest.TopicProduceData
        {
            Name = Name, PartitionData = [new ProduceRequest.PartitionProduceData { Index = partition, Records = batch }],
        });
        return RawConnection.Encode(request, ProduceVersion);
    }

    /// <summary>A fetch request for some partitions, without a session.</summary>
    public byte[] FetchFrame(IReadOnlyDictionary<int, long> offsets, int partitionBytes, int maximumWaitMs)
    {
        var request = new FetchRequest { MaxWaitMs = maximumWaitMs, MinBytes = 1, MaxBytes = 50 << 20, SessionEpoch = -1 };
        var topic = new FetchRequest.FetchTopic { Topic = Name };
        foreach (var (partition, offset) in offsets)
            topic.Partitions.Add(new FetchRequest.FetchPartition { Partition = partition, FetchOffset = offset, PartitionMaxBytes = partitionBytes });
        request.Topics.Add(topic);
        return RawConnection.Encode(request, FetchVersion);
    }

    public static void CheckProduced(ReadOnlyMemory<byte> reply)
    {
        var response = RawConnection.Decode<ProduceResponse>(reply, ApiKey.Produce, ProduceVersion);
        Check(response.Responses[0].PartitionResponses[0].ErrorCode, "producing");
    }

    public static void Check(ErrorCode error, string what)
    {
        if (error != ErrorCode.None)
            throw new InvalidOperationException($"{what} failed: {error}");
    }

    public void Dispose()
    {
        _connection.Ask(new DeleteTopicsRequest { TopicNames = [Name], TimeoutMs = TimeoutMs }, DeleteVersion);
        _connection.Dispose();
    }

    private void WaitForLeaders()
    {
        var request = new MetadataRequest { Topics = [new MetadataRequest.MetadataRequestTopic { Name = Name }] };
        for (var attempt = 0; attempt < 500; attempt++)
        {
            var topic = _connection.Ask(request, MetadataVersion).Topics[0];
            if (topic.ErrorCode == ErrorCode.None && topic.Partitions.Count == Workload.Partitions && topic.Partitions.TrueForAll(static p => p.ErrorCode == ErrorCode.None))
                return;
            Thread.Sleep(20);
        }

        throw new InvalidOperationException($"{Name} got no leaders");
    }
}
