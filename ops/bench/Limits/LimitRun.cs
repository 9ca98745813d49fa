using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Kafka.Modular.Bench.Report;

namespace Kafka.Modular.Bench.Limits;

/// <summary>Measures the bare sink and source with the same client as the broker: frames of a produce request's size one way, 1 MiB receives the other.</summary>
internal static class LimitRun
{
    private const int Runs = 3;
    private const int FrameBytes = 104_000;
    private const int ReceiveBytes = 1 << 20;
    private const long SourceBytes = 512L << 20;
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(300);

    /// <summary>The best of three: whatever else the machine does makes a limit smaller, never larger.</summary>
    public static BenchResult Measure(BenchOptions options, string kind) =>
        Enumerable.Range(0, Runs).Select(_ => MeasureOnce(options, kind)).MaxBy(static result => result.MebibytesPerSecond)!;

    private static BenchResult MeasureOnce(BenchOptions options, string kind)
    {
        var file = Path.Combine(options.Directory, $"bench-{kind}-{Environment.ProcessId}");
        using var server = Start(options, kind, file);
        try
        {
            var port = int.Parse(server.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"the {kind} did not start"), CultureInfo.InvariantCulture);
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Connect("::1", port);
            var isSink = kind == LimitServer.Sink;
            var buffer = new byte[isSink ? FrameBytes : ReceiveBytes];
            if (isSink)
                FreeMemory.Touch(options);
            // The sink's file grows by what the warm-up writes, too.
            Move(socket, buffer, isSink, s_warmUp, options.MaximumBytes / 4);
            var before = ProcessUsage.Read(server.Id);
            var ownBefore = ProcessUsage.Read(Environment.ProcessId);
            var (bytes, seconds) = Move(socket, buffer, isSink, options.Duration / Runs, options.MaximumBytes);
            var after = ProcessUsage.Read(server.Id);
            return new BenchResult
            {
                Kind = "limits",
                Name = isSink ? "sink: receive, pwrite" : "source: sendfile",
                Seconds = seconds,
                Bytes = bytes,
                CpuSeconds = after.CpuSeconds - before.CpuSeconds,
                ClientCpuSeconds = ProcessUsage.Read(Environment.ProcessId).CpuSeconds - ownBefore.CpuSeconds,
            };
        }
        finally
        {
            server.Kill();
            server.WaitForExit();
            File.Delete(file);
        }
    }

    private static (long Bytes, double Seconds) Move(Socket socket, byte[] buffer, bool isSink, TimeSpan duration, long maximumBytes)
    {
        long bytes = 0;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < duration && (bytes < maximumBytes || !isSink))
            bytes += isSink ? socket.Send(buffer) : socket.Receive(buffer);
        return (bytes, clock.Elapsed.TotalSeconds);
    }

    private static Process Start(BenchOptions options, string kind, string file)
    {
        string[] command = [Environment.ProcessPath!, kind, file, SourceBytes.ToString(CultureInfo.InvariantCulture)];
        if (options.BrokerCpus is { } cpus)
            command = ["taskset", "-c", cpus, .. command];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, UseShellExecute = false };
        return Process.Start(start)!;
    }
}
