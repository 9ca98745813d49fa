using System.Diagnostics;
using Kafka.Modular.Bench.Report;

namespace Kafka.Modular.Bench.Security;

/// <summary>Connects, logs in and leaves, again and again, on several threads, so that the broker always has something to do.</summary>
internal static class LoginLoad
{
    private const int Threads = 6;

    /// <summary>Measures one way of logging in.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="open">Opens a connection that is logged in.</param>
    /// <param name="duration">How long.</param>
    public static Sample Measure(BenchBroker broker, Func<SecureConnection> open, TimeSpan duration)
    {
        long done = 0;
        var clock = Stopwatch.StartNew();
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            while (clock.Elapsed < duration)
            {
                using var connection = open();
                Interlocked.Increment(ref done);
            }
        })).ToArray();
        Array.ForEach(threads, static thread => thread.Start());
        while (clock.Elapsed < duration / 4)
            Thread.Sleep(1);
        var before = ProcessUsage.Read(broker.Id);
        var (first, start) = (Interlocked.Read(ref done), clock.Elapsed);
        while (clock.Elapsed < duration)
            Thread.Sleep(1);
        var (last, end) = (Interlocked.Read(ref done), clock.Elapsed);
        var after = ProcessUsage.Read(broker.Id);
        Array.ForEach(threads, static thread => thread.Join());
        var logins = Math.Max(1, last - first);
        return new Sample(logins / (end - start).TotalSeconds, (after.CpuSeconds - before.CpuSeconds) * 1000 / logins);
    }
}
