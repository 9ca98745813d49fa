using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Kafka.Modular.Conformance.Broker;
using Kafka.Modular.Conformance.Clients;

namespace Kafka.Modular.Conformance;

/// <summary>
/// kill -9 under load: ten idempotent producers that send again until they are acknowledged, and pipelined ones that keep more than a
/// thousand requests in flight over ten partitions with segments of 1 MiB. What was acknowledged is recorded by the load's own process.
/// After each start every acknowledged record is at its offset, in order, and once.
/// </summary>
[Category("real")]
[NonParallelizable]
public sealed class KillNineTests
{
    private const int RequestsInFlight = 1000;

    // More kills than asked for are made when one of them met fewer requests in flight than it should.
    private static int Kills { get; } =
        Environment.GetEnvironmentVariable("KILL_NINE_COUNT") is { Length: > 0 } count ? int.Parse(count, CultureInfo.InvariantCulture) : 50;

    [Test]
    public async Task Every_acknowledged_record_survives_kill_9()
    {
        await using BrokerProcess broker = new();
        await broker.StartAsync();
        await using ChildProcess load = ClientProgram.Confluent.Start("load", broker.Bootstrap, "durable", "--segment-bytes", "1048576", "--deadline", "900");
        await load.LineAsync("the load to be ready", line => line.StartsWith('{'), TimeSpan.FromSeconds(60));
        Random random = new(20_240);
        int met = 0;
        List<int> inFlight = [];
        for (int kill = 0; met < Kills; kill++)
        {
            Assert.That(kill, Is.LessThan(Kills * 3), $"too few requests in flight: {string.Join(' ', inFlight)}");
            await AskAsync(load, "go");
            await KillAsync(broker, random);
            await AskAsync(load, "stop");
            await broker.StartAsync();
            JsonElement verified = await AskAsync(load, "verify");
            inFlight.Add(verified.GetProperty("inFlight").GetInt32());
            met += inFlight[^1] >= RequestsInFlight ? 1 : 0;
        }

        JsonElement all = await AskAsync(load, "verify-all");
        load.CloseInput();
        Assert.That(await load.ExitAsync(TimeSpan.FromSeconds(60)), Is.Zero, load.Output);
        AssertSegmentsRolled(broker.DataFolder);
        TestContext.Out.WriteLine($"{inFlight.Count} kills, {all.GetProperty("acknowledged").GetInt32()} records acknowledged, in flight {string.Join(' ', inFlight)}");
        await broker.StopAsync();
    }

    // The load runs for a while; then the broker is held for a moment, so that requests pile up, goes on, and is killed among them.
    private static async Task KillAsync(BrokerProcess broker, Random random)
    {
        await Task.Delay(random.Next(200, 700));
        broker.Process.SendStop();
        await Task.Delay(random.Next(20, 60));
        broker.Process.SendContinue();
        long start = Stopwatch.GetTimestamp();
        TimeSpan pause = TimeSpan.FromMicroseconds(random.Next(0, 8000));
        while (Stopwatch.GetElapsedTime(start) < pause)
        {
            Thread.SpinWait(50);
        }

        await broker.Process.KillNineAsync();
    }

    private static async Task<JsonElement> AskAsync(ChildProcess load, string command)
    {
        int before = load.LineCount;
        load.WriteLine(command);
        string answer = await load.LineAsync($"the answer to {command}", line => line.StartsWith('{'), TimeSpan.FromSeconds(120), before);
        JsonElement element = JsonSerializer.Deserialize<JsonElement>(answer);
        Assert.That(element.TryGetProperty("reason", out JsonElement reason) ? reason.GetString() : null, Is.Null, command);
        return element;
    }

    private static void AssertSegmentsRolled(string folder)
    {
        int[] segments = [.. Enumerable.Range(0, 10).Select(partition => Directory.GetFiles(Path.Combine(folder, $"durable-{partition}"), "*.log").Length)];
        Assert.That(segments, Is.All.GreaterThan(1), "every partition rolled at least once");
    }
}
