using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Kafka.Modular.Bench.Limits;
using Kafka.Modular.Bench.Load;
using Kafka.Modular.Bench.Report;
using Kafka.Modular.Bench.Security;
using Kafka.Modular.Bench.Wire;

namespace Kafka.Modular.Bench;

/// <summary>Measures a broker beside what the same machine can do at best, in one run. <c>ops/bench/measure</c> starts broker and bench with a processor each.</summary>
internal static class Program
{
    private const double HalfLoad = 0.5;
    private static readonly TimeSpan s_peak = TimeSpan.FromSeconds(1.5);

    private static int Main(string[] args)
    {
        if (args is [LimitServer.Sink or LimitServer.Source, var file, var size])
            return LimitServer.Run(args[0], file, long.Parse(size, CultureInfo.InvariantCulture));
        if (args is ["security", .. var rest])
            return SecurityBench.Run(rest);
        BenchOptions options;
        try
        {
            options = BenchOptions.Parse(args);
        }
        catch (FormatException problem)
        {
            Console.Error.WriteLine($"{problem.Message}\n{BenchOptions.Usage}");
            return 2;
        }

        var results = Run(options);
        if (options.Json is { } path)
        {
            var machine = string.Create(CultureInfo.InvariantCulture, $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, broker on processor {options.BrokerCpus ?? "any"}");
            var report = new BenchReport($"{options.Host}:{options.Port}", machine, DateTimeOffset.UtcNow, options.IsQuick, results);
            File.WriteAllText(path, JsonSerializer.Serialize(report, BenchJson.Default.BenchReport));
        }

        return 0;
    }

    private static List<BenchResult> Run(BenchOptions options)
    {
        var table = new ResultTable(Console.Out);
        var results = new List<BenchResult>();
        void Add(BenchResult result)
        {
            results.Add(result);
            table.Add(result);
        }

        BenchResult? sink = null;
        BenchResult? source = null;
        if (options.Wants("limits") || options.Wants("produce") || options.Wants("consume"))
        {
            Add(sink = LimitRun.Measure(options, LimitServer.Sink));
            Add(source = LimitRun.Measure(options, LimitServer.Source));
        }

        var consumed = new List<BenchResult>();
        if (options.Wants("produce") || options.Wants("consume"))
        {
            WarmUp(options);
            foreach (var workload in Workload.Throughput(options.IsQuick))
            {
                using var topic = new BenchTopic(options, workload);
                var produced = ProduceLoad.Measure(options, topic, options.Duration);
                produced.OfLimit = produced.MebibytesPerSecond / sink?.MebibytesPerSecond;
                if (options.Wants("produce"))
                    Add(produced);
                if (workload.Acks == 1 && options.Wants("consume"))
                {
                    var read = ConsumeLoad.Measure(options, topic);
                    read.OfLimit = read.MebibytesPerSecond / source?.MebibytesPerSecond;
                    consumed.Add(read);
                }
            }
        }

        consumed.ForEach(Add);
        if (options.Wants("latency"))
        {
            foreach (var workload in Workload.Latency())
                Add(MeasureLatency(options, workload));
        }

        return results;
    }

    /// <summary>The broker compiles its hot paths with what it learns from the first requests.</summary>
    private static void WarmUp(BenchOptions options)
    {
        using var topic = new BenchTopic(options, new Workload(1024, 16, false, 1, 6));
        ProduceLoad.Measure(options, topic, s_peak);
        ConsumeLoad.Measure(options with { IsQuick = true }, topic);
    }

    private static BenchResult MeasureLatency(BenchOptions options, Workload workload)
    {
        double peak;
        using (var topic = new BenchTopic(options, workload))
            peak = ProduceLoad.Measure(options, topic, s_peak).RecordsPerSecond / workload.RecordsPerBatch;
        using (var topic = new BenchTopic(options, workload))
            return LatencyLoad.Measure(options, topic, peak * HalfLoad);
    }
}
