using Kafka.Modular.Cli.Performance;
using Kafka.Modular.Cli.Tests.Support;

namespace Kafka.Modular.Cli.Tests.Performance;

internal sealed class PerfToolsTests : ToolFixture
{
    [Test]
    public async Task What_one_sends_the_other_reads_and_both_print_Kafkas_line()
    {
        await CreateTopicAsync("perf", 2);
        var sent = (await RunAsync("kafka-producer-perf-test", "--topic perf --num-records 5000 --record-size 100 --throughput -1 --print-metrics --command-property acks=1 linger.ms=2")).Succeeded();
        Assert.That(sent.Lines[0], Does.Match(
            @"^5000 records sent, [0-9.]+ records/sec \([0-9.]+ MB/sec\), [0-9.]+ ms avg latency, [0-9.]+ ms max latency, [0-9]+ ms 50th, [0-9]+ ms 95th, [0-9]+ ms 99th, [0-9]+ ms 99\.9th\.$"));
        Assert.That(sent.Out, Does.Contain("Metric Name").And.Contain("record-send-total"));
        var read = (await RunAsync("kafka-consumer-perf-test", "--topic perf --num-records 5000")).Succeeded();
        Assert.That(read.Lines[0], Is.EqualTo("start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec"));
        var fields = read.Lines[1].Split(", ");
        Assert.That((fields.Length, fields[2], fields[4]), Is.EqualTo((10, "0.4768", "5000")));
        Assert.That(fields[0], Does.Match("^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}:[0-9]{3}$"));
    }

    [Test]
    public async Task Warm_up_is_counted_apart_and_a_limit_is_kept()
    {
        await CreateTopicAsync("warm");
        var run = (await RunAsync("kafka-producer-perf-test", "--topic warm --num-records 300 --payload-monotonic --throughput 1000 --warmup-records 100")).Succeeded();
        Assert.That(run.Lines[0], Does.StartWith("Warmup first 100 records."));
        Assert.That(run.Lines[^2], Does.StartWith("300 records sent, "));
        Assert.That(run.Lines[^1], Does.Match("^[12][0-9]{2} steady state records sent, "));
    }

    [Test]
    public async Task Payloads_come_from_a_file()
    {
        await CreateTopicAsync("file");
        using var folder = new TempFolder();
        var file = folder.Write("payloads", "one\ntwo\n");
        var run = (await RunAsync("kafka-producer-perf-test", $"--topic file --num-records 10 --payload-file {file} --throughput -1")).Succeeded();
        Assert.That(run.Out, Does.Contain("Number of records read: 2"));
        var read = (await RunAsync("kafka-console-consumer", "--topic file --from-beginning --max-messages 10")).Succeeded();
        Assert.That(read.Lines.Distinct(), Is.SubsetOf(new[] { "one", "two" }));
    }

    [Test]
    public async Task A_consumer_that_gets_too_little_warns_and_shows_progress_when_asked()
    {
        await CreateTopicAsync("little");
        var run = (await RunAsync("kafka-consumer-perf-test", "--topic little --num-records 5 --timeout 200 --show-detailed-stats --hide-header")).Succeeded();
        Assert.That(run.Out, Does.StartWith("WARNING: Exiting before consuming the expected number of records: timeout (200 ms) exceeded."));
    }

    [TestCase("--topic t --num-records 1 --throughput -1", "one of the arguments --record-size --payload-file --payload-monotonic is required")]
    [TestCase("--topic t --num-records 1 --record-size 0 --throughput -1", "greater than zero")]
    [TestCase("--topic t --num-records 1 --record-size 1", "throughput")]
    public async Task What_is_missing_is_named(string arguments, string message)
    {
        var run = await RunAsync("kafka-producer-perf-test", arguments);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain(message));
    }

    [TestCase("yyyy-MM-dd HH:mm:ss:SSS", "2024-03-05 07:08:09:123")]
    [TestCase("d/M 'at' H", "5/3 at 7")]
    public void A_date_format_is_Javas(string pattern, string expected)
    {
        var local = new DateTime(2024, 3, 5, 7, 8, 9, 123, DateTimeKind.Local);
        Assert.That(new JavaDateFormat(pattern).Of(new DateTimeOffset(local)), Is.EqualTo(expected));
    }
}
