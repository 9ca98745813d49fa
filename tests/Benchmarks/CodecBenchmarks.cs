using BenchmarkDotNet.Attributes;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Benchmarks;

/// <summary>Decoding and encoding of what clients send most.</summary>
[MemoryDiagnoser]
public class CodecBenchmarks
{
    private const short ProduceVersion = 12;
    private const short FetchVersion = 16;
    private const short MetadataVersion = 12;

    private readonly BufferPool _pool = new(new BufferPoolOptions { Checked = false });
    private readonly FetchResponse _fetched = new();
    private readonly MetadataResponse _metadata = new();
    private byte[] _produce = [];
    private byte[] _fetch = [];

    /// <summary>Partitions in each message.</summary>
    [Params(1, 50)]
    public int Partitions { get; set; }

    /// <summary>Makes the messages.</summary>
    [GlobalSetup]
    public void Build()
    {
        ProduceRequest.TopicProduceData produced = new() { Name = "orders" };
        FetchRequest.FetchTopic asked = new() { TopicId = new Uuid(1, 2) };
        FetchResponse.FetchableTopicResponse answered = new() { TopicId = new Uuid(1, 2) };
        MetadataResponse.MetadataResponseTopic described = new() { Name = "orders", TopicId = new Uuid(1, 2) };
        for (int partition = 0; partition < Partitions; partition++)
        {
            produced.PartitionData.Add(new ProduceRequest.PartitionProduceData { Index = partition, Records = new byte[1000] });
            asked.Partitions.Add(new FetchRequest.FetchPartition { Partition = partition, PartitionMaxBytes = 1 << 20 });
            answered.Partitions.Add(new FetchResponse.PartitionData { PartitionIndex = partition, Records = new byte[1000] });
            described.Partitions.Add(new MetadataResponse.MetadataResponsePartition { PartitionIndex = partition, ReplicaNodes = [(BrokerId)1], IsrNodes = [(BrokerId)1] });
        }

        _produce = Encode(new ProduceRequest { Acks = -1, TimeoutMs = 1000, TopicData = [produced] }, ProduceVersion);
        _fetch = Encode(new FetchRequest { MaxWaitMs = 500, Topics = [asked] }, FetchVersion);
        _fetched.Responses.Add(answered);
        _metadata.Topics.Add(described);
    }

    /// <summary>Walks a produce request without decoding it into objects.</summary>
    [Benchmark]
    public long WalkProduceRequest()
    {
        ProtocolReader reader = new(_produce.AsMemory());
        ProduceRequestView request = ProduceRequestView.Read(ref reader, ProduceVersion);
        long bytes = 0;
        foreach (var topic in request.TopicData)
        {
            foreach (var partition in topic.PartitionData)
            {
                bytes += partition.Records.Length;
            }
        }

        return bytes;
    }

    /// <summary>Decodes a fetch request.</summary>
    [Benchmark]
    public FetchRequest ReadFetchRequest()
    {
        ProtocolReader reader = new(_fetch.AsMemory());
        return FetchRequest.Read(ref reader, FetchVersion);
    }

    /// <summary>Encodes a fetch response into pooled memory.</summary>
    [Benchmark]
    public long WriteFetchResponse() => Write(_fetched, FetchVersion);

    /// <summary>Encodes a metadata response into pooled memory.</summary>
    [Benchmark]
    public long WriteMetadataResponse() => Write(_metadata, MetadataVersion);

    private static byte[] Encode(IRequest request, short version)
    {
        using ProtocolWriter writer = ProtocolWriter.CreateContiguous();
        request.Write(writer, version);
        return writer.WrittenMemory.ToArray();
    }

    private long Write(IResponse response, short version)
    {
        using OutputBuffer output = _pool.RentOutput();
        using (ProtocolWriter writer = new(output))
        {
            response.Write(writer, version);
        }

        return output.Length;
    }
}
