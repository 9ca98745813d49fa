using System.Globalization;

namespace Kafka.Modular.Bench.Report;

/// <summary>Prints results as they come, a table for each kind.</summary>
internal sealed class ResultTable(TextWriter output)
{
    private string _kind = "";

    public void Add(BenchResult result)
    {
        if (_kind != result.Kind)
        {
            _kind = result.Kind;
            output.WriteLine();
            output.WriteLine(_kind == "latency"
                ? Row(_kind, "offered", "", "p50 ms", "p99 ms", "p99.9 ms", "max ms", "broker")
                : Row(_kind, "MiB/s", "records/s", "of limit", "CPU s/GiB", "RSS MiB", "client CPU", ""));
        }

        if (result.Kind == "latency")
        {
            AddLatency(result, "produce", result.Produce!);
            AddLatency(result, "to consume", result.ProduceToConsume!);
        }
        else
        {
            output.WriteLine(Row(
                result.Name,
                Number(result.MebibytesPerSecond, 0),
                result.Records == 0 ? "" : Number(result.RecordsPerSecond, 0),
                result.OfLimit is { } part ? Percent(part) : "",
                Number(result.CpuSecondsPerGibibyte, 2),
                result.ResidentBytes is > 0 and var bytes ? Number(bytes / (double)(1 << 20), 0) : "",
                result.ClientCpuSeconds is { } client ? Percent(client / result.Seconds) : "",
                ""));
        }

        output.Flush();
    }

    private void AddLatency(BenchResult result, string what, Latencies latencies) => output.WriteLine(Row(
        result.Name,
        Number(result.MebibytesPerSecond, 0) + " MiB/s",
        what,
        Number(latencies.P50, 2),
        Number(latencies.P99, 2),
        Number(latencies.P999, 2),
        Number(latencies.Maximum, 2),
        result.CpuSeconds is { } cpu ? Percent(cpu / result.Seconds) + " CPU" : ""));

    private static string Row(params string[] cells) =>
        cells[0].PadRight(26) + string.Concat(cells.Skip(1).Select(static cell => cell.PadLeft(12))).TrimEnd();

    private static string Percent(double part) => double.IsNaN(part) ? "" : (part * 100).ToString("F0", CultureInfo.InvariantCulture) + " %";

    private static string Number(double? value, int digits) =>
        value is { } number && !double.IsNaN(number) ? number.ToString("N" + digits, CultureInfo.InvariantCulture) : "";
}
