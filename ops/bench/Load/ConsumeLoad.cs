using System.Diagnostics;
using Kafka.Modular.Bench.Report;
using Kafka.Modular.Bench.Wire;

namespace Kafka.Modular.Bench.Load;

/// <summary>
/// Reads what was produced, again and again: two consumers with a connection and half of the partitions each, a fetch of each under way all the time, so that the broker works at
/// one while the other is read.
/// </summary>
internal static class ConsumeLoad
{
    private const int PartitionBytes = 1 << 20;
    private const int Consumers = 2;
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(700);

    public static BenchResult Measure(BenchOptions options, BenchTopic topic)
    {
        var consumers = Enumerable.Range(0, Consumers).Select(number => new Consumer(options, topic, number)).ToArray();
        foreach (var consumer in consumers)
            consumer.Ask();
        Read(consumers, s_warmUp);
        var before = ProcessUsage.Read(options.Pid);
        var ownBefore = ProcessUsage.Read(Environment.ProcessId);
        var (bytes, records, seconds) = Read(consumers, options.Duration);
        var after = ProcessUsage.Read(options.Pid);
        foreach (var consumer in consumers)
            consumer.Dispose();
        return new BenchResult
        {
            Kind = "consume",
            Name = $"{topic.Workload.SizeName} {topic.Workload.Compression}",
            Seconds = seconds,
            Bytes = bytes,
            Records = records,
            CpuSeconds = after.CpuSeconds - before.CpuSeconds,
            ClientCpuSeconds = ProcessUsage.Read(Environment.ProcessId).CpuSeconds - ownBefore.CpuSeconds,
            ResidentBytes = after.ResidentBytes,
        };
    }

    private static (long Bytes, long Records, double Seconds) Read(Consumer[] consumers, TimeSpan duration)
    {
        long bytes = 0;
        long records = 0;
        var clock = Stopwatch.StartNew();
        for (var turn = 0; clock.Elapsed < duration; turn++)
        {
            var read = consumers[turn % consumers.Length].ReadAndAsk();
            bytes += read.Bytes;
            records += read.Records;
        }

        return (bytes, records, clock.Elapsed.TotalSeconds);
    }

    private sealed class Consumer : IDisposable
    {
        private readonly RawConnection _connection;
        private readonly BenchTopic _topic;
        private readonly Dictionary<int, long> _offsets = [];

        public Consumer(BenchOptions options, BenchTopic topic, int number)
        {
            _connection = new RawConnection(options.Host, options.Port);
            _topic = topic;
            for (var partition = number; partition < topic.Workload.Partitions; partition += Consumers)
                _offsets[partition] = 0;
        }

        public void Ask() => _connection.Send(_topic.FetchFrame(_offsets, PartitionBytes, maximumWaitMs: 0));

        public (long Bytes, long Records) ReadAndAsk()
        {
            var reply = _connection.Receive();
            var read = FetchedBatches.Advance(reply, _offsets);
            if (read.Bytes == 0)
            {
                // At the end: from the beginning again.
                foreach (var partition in _offsets.Keys)
                    _offsets[partition] = 0;
            }

            Ask();
            return read;
        }

        public void Dispose() => _connection.Dispose();
    }
}
