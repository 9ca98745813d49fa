using System.Globalization;
using System.Text.RegularExpressions;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Cli.Records;
using Kafka.Modular.Client.Consuming;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;

namespace Kafka.Modular.Cli.Performance;

/// <summary><c>kafka-consumer-perf-test</c>: reads records and says how many a second.</summary>
internal static class ConsumerPerfTool
{
    private const double Mebi = 1024 * 1024;
    private const string MoreColumns = ", rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec";

    public static async Task<int> RunAsync(ToolCall call)
    {
        var options = call.Options;
        options.Require("num-records", "bootstrap-server");
        options.RequireOne("topic", "include");
        var isDetailed = options.Has("show-detailed-stats");
        var format = new JavaDateFormat(options.Last("date-format") ?? "yyyy-MM-dd HH:mm:ss:SSS");
        if (!options.Has("hide-header"))
        {
            call.Out.WriteLine((isDetailed ? "time, threadId" : "start.time, end.time") + ", data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec" + MoreColumns);
            call.Out.Flush();
        }

        using var codecs = new ToolCodecs();
        await using var consumer = new KafkaConsumer(Properties(options), ClientArguments.Parts(), codecs.All);
        var run = new ReadRun(call, consumer, format, isDetailed);
        await run.ReadAsync();
        if (!isDetailed)
            run.WriteTotal();
        if (options.Has("print-metrics"))
            run.WriteMetrics();
        return ExitCodes.Done;
    }

    private static ClientProperties Properties(ToolOptions options)
    {
        var number = SystemRandomSource.Instance.Next(100_000).ToString(CultureInfo.InvariantCulture);
        return ClientArguments.Read(options, "perf-consumer-client")
            .With("group.id", options.Last("group") ?? $"perf-consumer-{number}")
            .With("receive.buffer.bytes", options.Last("socket-buffer-size") ?? "2097152")
            .With("max.partition.fetch.bytes", options.Last("fetch-size") ?? "1048576")
            .With("auto.offset.reset", options.Has("from-latest") ? "latest" : "earliest")
            .With("check.crcs", "false");
    }

    private sealed class ReadRun(ToolCall call, KafkaConsumer consumer, JavaDateFormat format, bool isDetailed) : IRebalanceListener
    {
        private readonly TimeProvider _time = TimeProvider.System;
        private readonly HashSet<TopicPartition> _assigned = [];
        private DateTimeOffset _started;
        private DateTimeOffset _ended;
        private DateTimeOffset _joinStarted;
        private long _joinMs;
        private long _joinMsInRound;
        private long _records;
        private long _bytes;
        private long _reportedRecords;
        private long _reportedBytes;

        public void OnAssigned(IReadOnlyCollection<TopicPartition> partitions)
        {
            if (_assigned.Count == 0)
            {
                var elapsed = (long)(_time.GetUtcNow() - _joinStarted).TotalMilliseconds;
                _joinMs += elapsed;
                _joinMsInRound += elapsed;
            }

            _assigned.UnionWith(partitions);
        }

        public void OnRevoked(IReadOnlyCollection<TopicPartition> partitions)
        {
            _assigned.ExceptWith(partitions);
            if (_assigned.Count == 0)
                _joinStarted = _time.GetUtcNow();
        }

        public void OnLost(IReadOnlyCollection<TopicPartition> partitions) => OnRevoked(partitions);

        public async Task ReadAsync()
        {
            var wanted = call.Options.Int64("num-records")!.Value;
            var timeout = TimeSpan.FromMilliseconds(call.Options.Int64("timeout") ?? 10_000);
            var interval = TimeSpan.FromMilliseconds(call.Options.Int64("reporting-interval") ?? 5000);
            _started = _joinStarted = _time.GetUtcNow();
            Subscribe();
            var (now, lastRead, lastReport) = (_started, _started, _started);
            try
            {
                while (_records < wanted && now - lastRead <= timeout)
                {
                    var polled = await consumer.PollAsync(TimeSpan.FromMilliseconds(100), call.Stopping);
                    now = _time.GetUtcNow();
                    if (polled.Count > 0)
                        lastRead = now;
                    Count(polled);
                    if (polled.Count > 0 && now - lastReport >= interval)
                    {
                        Report(lastReport, now);
                        lastReport = now;
                    }
                }
            }
            catch (OperationCanceledException) when (call.Stopping.IsCancellationRequested)
            {
                // What was read so far is told.
            }

            _ended = _time.GetUtcNow();
            if (_records < wanted)
            {
                call.Out.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"WARNING: Exiting before consuming the expected number of records: timeout ({timeout.TotalMilliseconds} ms) exceeded. You can use the --timeout option to increase the timeout."));
            }
        }

        public void WriteTotal()
        {
            var elapsed = (_ended - _started).TotalMilliseconds;
            var fetch = (long)elapsed - _joinMs;
            var mebibytes = _bytes / Mebi;
            call.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{format.Of(_started)}, {format.Of(_ended)}, {mebibytes:F4}, {Rate(mebibytes, elapsed):F4}, {_records}, {Rate(_records, elapsed):F4}, {_joinMs}, {fetch}, {Rate(mebibytes, fetch):F4}, {Rate(_records, fetch):F4}"));
        }

        public void WriteMetrics()
        {
            var elapsed = (_ended - _started).TotalMilliseconds;
            MetricLines.Write(call.Out, [
                ("consumer-fetch-manager-metrics:bytes-consumed-rate", Rate(_bytes, elapsed)),
                ("consumer-fetch-manager-metrics:bytes-consumed-total", _bytes),
                ("consumer-fetch-manager-metrics:records-consumed-rate", Rate(_records, elapsed)),
                ("consumer-fetch-manager-metrics:records-consumed-total", _records),
            ]);
        }

        private static double Rate(double amount, double milliseconds) => milliseconds <= 0 ? 0 : amount * 1000 / milliseconds;

        private void Subscribe()
        {
            if (call.Options.Last("include") is { } pattern)
                consumer.Subscribe(new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)), this);
            else
                consumer.Subscribe([call.Options.Last("topic")!], this);
        }

        private void Count(IReadOnlyList<ConsumerRecord> records)
        {
            var bytes = 0L;
            for (var i = 0; i < records.Count; i++)
                bytes += records[i].Key.Length + records[i].Value.Length;
            _bytes += bytes;
            _records += records.Count;
        }

        private void Report(DateTimeOffset since, DateTimeOffset now)
        {
            if (isDetailed)
            {
                var elapsed = (now - since).TotalMilliseconds;
                var fetch = (long)elapsed - _joinMsInRound;
                var mebibytes = (_bytes - _reportedBytes) / Mebi;
                var records = _records - _reportedRecords;
                call.Out.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{format.Of(now)}, 0, {_bytes / Mebi:F4}, {Rate(mebibytes, elapsed):F4}, {_records}, {Rate(records, elapsed):F4}, {_joinMsInRound}, {fetch}, {Rate(mebibytes, fetch):F4}, {Rate(records, fetch):F4}"));
                call.Out.Flush();
            }

            (_joinMsInRound, _reportedRecords, _reportedBytes) = (0, _records, _bytes);
        }
    }
}
