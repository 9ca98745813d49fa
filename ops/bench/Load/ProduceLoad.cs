using System.Diagnostics;
using Kafka.Modular.Bench.Limits;
using Kafka.Modular.Bench.Report;
using Kafka.Modular.Bench.Wire;

namespace Kafka.Modular.Bench.Load;

/// <summary>Produces as fast as the broker answers: one connection, five requests under way as in Java's producer, one batch each, the partitions in turn.</summary>
internal static class ProduceLoad
{
    private const int InFlight = 5;
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(700);

    public static BenchResult Measure(BenchOptions options, BenchTopic topic, TimeSpan duration)
    {
        using var connection = new RawConnection(options.Host, options.Port);
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var batches = Enumerable.Range(0, topic.Workload.Partitions).Select(seed => Batches.Build(topic.Workload, seed, timestamp)).ToArray();
        var frames = batches.Select((batch, partition) => topic.ProduceFrame(partition, batch)).ToArray();
        FreeMemory.Touch(options);
        Send(connection, frames, s_warmUp, options.MaximumBytes / 4 / frames[0].Length);
        var before = ProcessUsage.Read(options.Pid);
        var ownBefore = ProcessUsage.Read(Environment.ProcessId);
        var (requests, seconds) = Send(connection, frames, duration, options.MaximumBytes / frames[0].Length);
        var after = ProcessUsage.Read(options.Pid);
        return new BenchResult
        {
            Kind = "produce",
            Name = $"{topic.Workload.SizeName} acks={topic.Workload.AcksName} {topic.Workload.Compression}",
            Seconds = seconds,
            Bytes = requests * batches[0].Length,
            Records = requests * topic.Workload.RecordsPerBatch,
            CpuSeconds = after.CpuSeconds - before.CpuSeconds,
            ClientCpuSeconds = ProcessUsage.Read(Environment.ProcessId).CpuSeconds - ownBefore.CpuSeconds,
            ResidentBytes = after.ResidentBytes,
        };
    }

    private static (long Requests, double Seconds) Send(RawConnection connection, byte[][] frames, TimeSpan duration, long maximumRequests)
    {
        long sent = 0;
        long answered = 0;
        var clock = Stopwatch.StartNew();
        for (; sent < InFlight; sent++)
            connection.Send(frames[sent % frames.Length]);
        while (answered < sent)
        {
            BenchTopic.CheckProduced(connection.Receive());
            answered++;
            if (clock.Elapsed < duration && sent < maximumRequests)
                connection.Send(frames[sent++ % frames.Length]);
        }

        return (answered, clock.Elapsed.TotalSeconds);
    }
}
