using System.Diagnostics;
using System.Globalization;
using Kafka.Modular.Bench.Load;
using Kafka.Modular.Bench.Report;
using Kafka.Modular.Bench.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Bench.Security;

/// <summary>Produces to a topic of its own, or reads it, over connections that are as secure as wanted: one to produce with five requests under way, one to consume.</summary>
internal sealed class RecordLoad : IDisposable
{
    private const int InFlight = 5;
    private const int PartitionBytes = 1 << 20;
    private const int TimeoutMs = 30_000;
    private const long MostBytes = 1L << 29;
    private const short CreateVersion = 5;
    private const short DeleteVersion = 5;
    private const double Mebi = 1 << 20;

    private readonly BenchBroker _broker;
    private readonly Func<SecureConnection> _admin;
    private readonly Func<SecureConnection> _open;
    private readonly Workload _workload;
    private readonly byte[][] _batches;
    private string _topic = "";

    /// <param name="broker">The broker.</param>
    /// <param name="workload">What is written.</param>
    /// <param name="admin">Opens a connection that may make topics.</param>
    /// <param name="open">Opens one that is measured.</param>
    public RecordLoad(BenchBroker broker, Workload workload, Func<SecureConnection> admin, Func<SecureConnection> open)
    {
        (_broker, _workload, _admin, _open) = (broker, workload, admin, open);
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        _batches = [.. Enumerable.Range(0, workload.Partitions).Select(seed => Batches.Build(workload, seed, timestamp))];
    }

    public Sample Produce(TimeSpan duration)
    {
        NewTopic();
        using var connection = _open();
        byte[][] frames = [.. _batches.Select((batch, partition) => ProduceFrame(partition, batch))];
        var clock = Stopwatch.StartNew();
        Send(connection, frames, clock, duration / 4);
        var before = ProcessUsage.Read(_broker.Id);
        var start = clock.Elapsed;
        var answered = Send(connection, frames, clock, duration);
        return Of(answered * (long)_batches[0].Length, clock.Elapsed - start, before);
    }

    public Sample Consume(TimeSpan duration)
    {
        if (_topic.Length == 0)
            Produce(TimeSpan.FromSeconds(0.5));
        using var connection = _open();
        var offsets = Enumerable.Range(0, _workload.Partitions).ToDictionary(static partition => partition, static _ => 0L);
        var clock = Stopwatch.StartNew();
        Read(connection, offsets, clock, duration / 4);
        var before = ProcessUsage.Read(_broker.Id);
        var start = clock.Elapsed;
        var bytes = Read(connection, offsets, clock, duration);
        return Of(bytes, clock.Elapsed - start, before);
    }

    public void Dispose() => DeleteTopic();

    private Sample Of(long bytes, TimeSpan time, ProcessUsage before) =>
        new(bytes / Mebi / time.TotalSeconds, (ProcessUsage.Read(_broker.Id).CpuSeconds - before.CpuSeconds) * 1000 / (bytes / Mebi));

    private static long Send(SecureConnection connection, byte[][] frames, Stopwatch clock, TimeSpan until)
    {
        long sent = 0;
        long answered = 0;
        for (; sent < InFlight; sent++)
            connection.Send(frames[sent % frames.Length]);
        while (answered < sent)
        {
            BenchTopic.CheckProduced(connection.Receive());
            answered++;
            if (clock.Elapsed < until && sent * frames[0].Length < MostBytes)
                connection.Send(frames[sent++ % frames.Length]);
        }

        return answered;
    }

    private long Read(SecureConnection connection, Dictionary<int, long> offsets, Stopwatch clock, TimeSpan until)
    {
        long bytes = 0;
        while (clock.Elapsed < until)
        {
            connection.Send(FetchFrame(offsets));
            var read = FetchedBatches.Advance(connection.Receive(), offsets).Bytes;
            bytes += read;
            if (read > 0)
                continue;

            // At the end: from the beginning again.
            foreach (var partition in offsets.Keys)
                offsets[partition] = 0;
        }

        return bytes;
    }

    private byte[] ProduceFrame(int partition, byte[] batch)
    {
        var request = new ProduceRequest { Acks = _workload.Acks, TimeoutMs = TimeoutMs };
        request.TopicData.Add(new ProduceRequest.TopicProduceData
        {
            Name = _topic, PartitionData = [new ProduceRequest.PartitionProduceData { Index = partition, Records = batch }],
        });
        return RawConnection.Encode(request, BenchTopic.ProduceVersion);
    }

    private byte[] FetchFrame(Dictionary<int, long> offsets)
    {
        var request = new FetchRequest { MaxWaitMs = 0, MinBytes = 1, MaxBytes = 50 << 20, SessionEpoch = -1 };
        var topic = new FetchRequest.FetchTopic { Topic = _topic };
        foreach (var (partition, offset) in offsets)
            topic.Partitions.Add(new FetchRequest.FetchPartition { Partition = partition, FetchOffset = offset, PartitionMaxBytes = PartitionBytes });
        request.Topics.Add(topic);
        return RawConnection.Encode(request, BenchTopic.FetchVersion);
    }

    // Each time another one: what was written before need not go to the disk.
    private void NewTopic()
    {
        DeleteTopic();
        _topic = string.Create(CultureInfo.InvariantCulture, $"bench-{Guid.NewGuid():N}");
        using var connection = _admin();
        var topic = new CreateTopicsRequest.CreatableTopic { Name = _topic, NumPartitions = _workload.Partitions, ReplicationFactor = 1 };
        topic.Configs.Add(new CreateTopicsRequest.CreatableTopicConfig { Name = "file.delete.delay.ms", Value = "1000" });
        BenchTopic.Check(connection.Ask(new CreateTopicsRequest { Topics = [topic], TimeoutMs = TimeoutMs }, CreateVersion).Topics[0].ErrorCode, "creating a topic");
    }

    private void DeleteTopic()
    {
        if (_topic.Length == 0)
            return;
        using var connection = _admin();
        connection.Ask(new DeleteTopicsRequest { TopicNames = [_topic], TimeoutMs = TimeoutMs }, DeleteVersion);
    }
}
