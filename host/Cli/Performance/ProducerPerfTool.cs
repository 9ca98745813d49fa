using System.Globalization;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Cli.Records;
using Kafka.Modular.Client.Producing;

namespace Kafka.Modular.Cli.Performance;

/// <summary><c>kafka-producer-perf-test</c>: sends records and says how many a second, and how long their acknowledgment took.</summary>
internal static class ProducerPerfTool
{
    public static async Task<int> RunAsync(ToolCall call)
    {
        var options = call.Options;
        options.Require("topic", "num-records", "throughput");
        var records = options.Int64("num-records")!.Value;
        var warmup = options.Int64("warmup-records") ?? 0;
        var interval = options.Int64("reporting-interval") ?? 5000;
        if (records <= 0)
            throw new ToolException("--num-records should be greater than zero.");
        if (warmup >= records)
            throw new ToolException("The value for --warmup-records must be strictly fewer than the number of records in the test, --num-records.");
        if (interval <= 0)
            throw new ToolException("--reporting-interval should be greater than zero.");
        var properties = ClientArguments.Read(options, "perf-producer-client");
        if (properties.Find("transactional.id") is not null)
            throw new ToolException("This producer has no transactions; leave the transactional id out.");
        if (properties.Find("bootstrap.servers") is null)
            throw new UsageException("At least one of --bootstrap-server, --command-property, --producer-props, --producer.config or --command-config must be specified.");
        var payloads = Payloads.Of(call);
        var throughput = double.Parse(options.Last("throughput")!, CultureInfo.InvariantCulture);
        using var codecs = new ToolCodecs();
        await using var producer = new KafkaProducer(properties, ClientArguments.Parts(), codecs.All);
        if (warmup > 0)
            call.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Warmup first {warmup} records. Steady state results will print after the complete test summary."));
        var run = new SendRun(call, producer, payloads, records, warmup, interval, throughput);
        await run.SendAsync();
        return run.Failures == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private sealed class SendRun(ToolCall call, KafkaProducer producer, Payloads payloads, long records, long warmup, long interval, double throughput)
    {
        private const int SizeBits = 32;

        private readonly SendStatistics _all = new(records, interval, isSteady: false, call.Out, TimeProvider.System);
        private SendStatistics? _steady;
        private long _failures;
        private long _steadyFrom = long.MaxValue;

        public long Failures => Volatile.Read(ref _failures);

        public async Task SendAsync()
        {
            var topic = call.Options.Last("topic")!;
            var limit = new RateLimit(throughput, TimeProvider.System);
            DeliveryHandler handler = OnDelivered;
            var begun = _all.Now;
            for (long i = 0; i < records && !call.Stopping.IsCancellationRequested; i++)
            {
                var payload = payloads.Next(i);
                var now = _all.Now;
                if (warmup > 0 && i == warmup)
                {
                    _steady = new SendStatistics(records - warmup, interval, isSteady: true, call.Out, TimeProvider.System);
                    Volatile.Write(ref _steadyFrom, now);
                    _all.Silence();
                }

                await producer.EnqueueAsync(new ProducerRecord { Topic = topic, Value = payload }, handler, (now << SizeBits) | (uint)payload.Length, call.Stopping);
                await limit.WaitAsync(i + 1, call.Stopping);
            }

            await producer.FlushAsync(call.Stopping);
            _all.WriteTotal();
            _steady?.WriteTotal();
            if (call.Options.Has("print-metrics"))
                WriteMetrics(Math.Max(1, _all.Now - begun) / 1000.0);
        }

        private void OnDelivered(in Delivery delivery)
        {
            if (delivery.Error is { } error)
            {
                if (Interlocked.Increment(ref _failures) <= 10)
                    call.Console.Error.WriteLine($"{error.CodeName}: {error.Message}");
                return;
            }

            var sentAt = delivery.Tag >> SizeBits;
            var size = (int)(uint)delivery.Tag;
            _all.Add(sentAt, size);
            if (sentAt >= Volatile.Read(ref _steadyFrom))
                _steady!.Add(sentAt, size);
        }

        private void WriteMetrics(double seconds)
        {
            (string Name, double Value)[] metrics =
            [
                ("producer-metrics:record-error-total", Failures),
                ("producer-metrics:record-send-rate", _all.Count / seconds),
                ("producer-metrics:record-send-total", _all.Count),
                ("producer-metrics:record-size-avg", _all.Bytes / (double)Math.Max(1, _all.Count)),
            ];
            MetricLines.Write(call.Out, metrics);
        }
    }
}
