using System.Diagnostics;
using System.Net.Sockets;
using Kafka.Modular.Bench.Report;
using Kafka.Modular.Bench.Wire;

namespace Kafka.Modular.Bench.Load;

/// <summary>
/// Produces at a fixed rate, whatever the broker does (an open loop), and consumes beside it. Every latency counts from the moment a request was due, so that a stall of the broker, or
/// of this program, counts for all the requests that it held up. One thread that polls: a thread that sleeps would add what waking it takes.
/// </summary>
internal static class LatencyLoad
{
    private const int PartitionBytes = 1 << 20;
    private const int MaximumWaitMs = 500;
    private const double WarmUpPart = 0.2;
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(5);

    /// <param name="options">Where.</param>
    /// <param name="topic">An empty topic of one partition.</param>
    /// <param name="requestsPerSecond">The rate.</param>
    public static BenchResult Measure(BenchOptions options, BenchTopic topic, double requestsPerSecond)
    {
        var batch = Batches.Build(topic.Workload, seed: 0, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        using var producer = new PolledConnection(options.Host, options.Port);
        using var consumer = new PolledConnection(options.Host, options.Port);
        var count = (int)(requestsPerSecond * options.LatencyDuration.TotalSeconds * (1 + WarmUpPart));
        var run = new Run(topic, producer, consumer, topic.ProduceFrame(0, batch), count, Stopwatch.Frequency / requestsPerSecond);
        var warmUp = (int)(count * WarmUpPart / (1 + WarmUpPart));
        run.Go(warmUp);
        var before = ProcessUsage.Read(options.Pid);
        var clock = Stopwatch.StartNew();
        run.Go(count);
        var seconds = clock.Elapsed.TotalSeconds;
        var after = ProcessUsage.Read(options.Pid);
        return new BenchResult
        {
            Kind = "latency",
            Name = $"{topic.Workload.SizeName} acks={topic.Workload.AcksName} half load",
            Seconds = seconds,
            Bytes = (long)(count - warmUp) * batch.Length,
            Records = (long)(count - warmUp) * topic.Workload.RecordsPerBatch,
            CpuSeconds = after.CpuSeconds - before.CpuSeconds,
            ResidentBytes = after.ResidentBytes,
            Produce = run.Produced(warmUp),
            ProduceToConsume = run.Consumed(warmUp),
        };
    }

    private sealed class Run(BenchTopic topic, PolledConnection producer, PolledConnection consumer, byte[] frame, int count, double interval)
    {
        private readonly long[] _produced = new long[count];
        private readonly long[] _consumed = new long[count];
        private readonly Dictionary<int, long> _offsets = new() { [0] = 0 };
        private long _start;
        private int _sent;
        private int _answered;
        private int _read;
        private int _begun;

        /// <summary>Sends up to so many requests in all, and waits until they are answered and read.</summary>
        public void Go(int until)
        {
            _begun = _sent;
            _start = Stopwatch.GetTimestamp();
            if (_sent == 0)
                AskForMore();
            long? drained = null;
            while (_answered < until || _read < until)
            {
                var now = Stopwatch.GetTimestamp();
                while (_sent < until && Due(_sent) <= now)
                {
                    producer.Queue(frame);
                    _sent++;
                }

                producer.Flush();
                Answers();
                Records();
                drained ??= _sent == until ? now : null;
                if (drained is { } since && Stopwatch.GetElapsedTime(since) > s_drain + TimeSpan.FromSeconds(until * interval / Stopwatch.Frequency))
                    throw new InvalidOperationException("the broker does not keep up with half of its own throughput");
            }
        }

        public Latencies Produced(int from) => Summarize(_produced, from);

        public Latencies Consumed(int from) => Summarize(_consumed, from);

        private static Latencies Summarize(long[] ticks, int from)
        {
            var sorted = ticks[from..];
            Array.Sort(sorted);
            return new Latencies(At(sorted, 0.5), At(sorted, 0.99), At(sorted, 0.999), At(sorted, 1));
        }

        private static double At(long[] sorted, double part) =>
            sorted[Math.Clamp((int)Math.Ceiling(sorted.Length * part) - 1, 0, sorted.Length - 1)] * 1000.0 / Stopwatch.Frequency;

        private long Due(int request) => _start + (long)((request - _begun) * interval);

        private void Answers()
        {
            while (producer.TryReceive(out var reply))
            {
                var now = Stopwatch.GetTimestamp();
                BenchTopic.CheckProduced(reply);
                _produced[_answered] = now - Due(_answered);
                _answered++;
            }
        }

        private void Records()
        {
            if (!consumer.TryReceive(out var reply))
                return;
            var now = Stopwatch.GetTimestamp();
            FetchedBatches.Advance(reply, _offsets);
            // One batch a request, in the order of the requests.
            for (var last = (int)(_offsets[0] / topic.Workload.RecordsPerBatch); _read < last; _read++)
                _consumed[_read] = now - Due(_read);
            AskForMore();
        }

        private void AskForMore()
        {
            consumer.Queue(topic.FetchFrame(_offsets, PartitionBytes, MaximumWaitMs));
            consumer.Flush();
        }
    }

    /// <summary>A connection that never blocks.</summary>
    private sealed class PolledConnection : IDisposable
    {
        private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private readonly Queue<byte[]> _outgoing = new();
        private byte[] _received = new byte[4 << 20];
        private int _receivedCount;
        private int _taken;
        private int _sentOfFirst;

        public PolledConnection(string host, int port)
        {
            _socket.Connect(host, port);
            _socket.Blocking = false;
        }

        public void Queue(byte[] frame) => _outgoing.Enqueue(frame);

        public void Flush()
        {
            while (_outgoing.TryPeek(out var frame))
            {
                var count = _socket.Send(frame.AsSpan(_sentOfFirst), SocketFlags.None, out var error);
                if (error == SocketError.WouldBlock)
                    return;
                if (error != SocketError.Success)
                    throw new SocketException((int)error);
                _sentOfFirst += count;
                if (_sentOfFirst < frame.Length)
                    return;
                _sentOfFirst = 0;
                _outgoing.Dequeue();
            }
        }

        public bool TryReceive(out ReadOnlyMemory<byte> reply)
        {
            if (TryTake(out reply))
                return true;
            if (_taken > 0)
            {
                _received.AsSpan(_taken, _receivedCount - _taken).CopyTo(_received);
                (_receivedCount, _taken) = (_receivedCount - _taken, 0);
            }

            var count = _socket.Receive(_received.AsSpan(_receivedCount), SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
                return false;
            if (error != SocketError.Success || count == 0)
                throw new EndOfStreamException($"the broker closed the connection: {error}");
            _receivedCount += count;
            return TryTake(out reply);
        }

        public void Dispose() => _socket.Dispose();

        private bool TryTake(out ReadOnlyMemory<byte> reply)
        {
            reply = default;
            var available = _receivedCount - _taken;
            if (available < sizeof(int))
                return false;
            var size = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(_received.AsSpan(_taken));
            if (size + sizeof(int) > _received.Length)
                Array.Resize(ref _received, size * 2);
            if (available < size + sizeof(int))
                return false;
            reply = _received.AsMemory(_taken + sizeof(int), size);
            _taken += size + sizeof(int);
            return true;
        }
    }
}
