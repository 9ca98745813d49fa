using Kafka.Modular.Cli.Tests.Support;

namespace Kafka.Modular.Cli.Tests.Records;

internal sealed class ConsoleToolsTests : ToolFixture
{
    [Test]
    public async Task Lines_become_records_and_are_printed_again()
    {
        await CreateTopicAsync("lines");
        await ProduceAsync("lines", "one\ntwo\n\nthree\n");
        var run = (await RunAsync("kafka-console-consumer", "--topic lines --from-beginning --max-messages 4")).Succeeded();
        Assert.That(run.Out, Is.EqualTo("one\ntwo\n\nthree\n"));
        Assert.That(run.Error, Does.Contain("Processed a total of 4 messages"));
    }

    [Test]
    public async Task Keys_and_headers_are_read_and_every_column_printed_in_Kafkas_order()
    {
        await CreateTopicAsync("columns");
        await ProduceAsync(
            "columns", "h1:v1,h2:NULL|k:NULL\n", "--reader-property", "parse.key=true", "--reader-property", "key.separator=:", "--reader-property", "parse.headers=true",
            "--reader-property", "headers.delimiter=|", "--reader-property", "null.marker=NULL", "--reader-property", "headers.key.separator=:");
        var run = await ConsumeAsync(
            "columns", "--partition", "0", "--offset", "earliest", "--max-messages", "1", "--formatter-property", "print.timestamp=true", "--formatter-property", "print.partition=true",
            "--formatter-property", "print.offset=true", "--formatter-property", "print.epoch=true", "--formatter-property", "print.headers=true", "--formatter-property", "print.key=true", "--formatter-property", "key.separator=;");
        Assert.That(run.Out, Does.Match("^CreateTime:[0-9]{13};Partition:0;Offset:0;Epoch:[0-9]+;h1:v1,h2:null;k;null\n$"));
    }

    [Test]
    public async Task Old_flags_work_and_say_so()
    {
        await CreateTopicAsync("old");
        var produced = await ToolRun.WithInputAsync("kafka-console-producer", "k\tv\n", "--broker-list", Servers, "--topic", "old", "--property", "parse.key=true");
        Assert.That(produced.Succeeded().Error, Does.Contain("--broker-list is deprecated").And.Contain("--property is deprecated"));
        var run = await ConsumeAsync("old", "--from-beginning", "--max-messages", "1", "--property", "print.key=true");
        Assert.That(run.Out, Is.EqualTo("k\tv\n"));
    }

    [Test]
    public async Task A_topic_that_gets_nothing_ends_after_the_timeout()
    {
        await CreateTopicAsync("empty");
        var run = await ConsumeAsync("empty", "--from-beginning", "--timeout-ms", "300");
        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Error, Does.Contain("TimeoutException").And.Contain("Processed a total of 0 messages"));
    }

    [Test]
    public async Task A_group_goes_on_behind_the_last_record_that_was_printed()
    {
        await CreateTopicAsync("grouped");
        await ProduceAsync("grouped", "1\n2\n3\n4\n5\n");
        Assert.That((await ConsumeAsync("grouped", "--group", "g", "--from-beginning", "--max-messages", "2")).Out, Is.EqualTo("1\n2\n"));
        Assert.That((await ConsumeAsync("grouped", "--group", "g", "--max-messages", "2")).Out, Is.EqualTo("3\n4\n"));
    }

    [TestCase("--sync")]
    [TestCase("--request-required-acks", "1")]
    [TestCase("--request-required-acks", "0")]
    public async Task Records_arrive_whatever_is_waited_for(params string[] flags)
    {
        var topic = $"acks{string.Concat(flags).Replace("-", "", StringComparison.Ordinal)}";
        await CreateTopicAsync(topic);
        await ProduceAsync(topic, "x\ny\n", flags);
        Assert.That((await ConsumeAsync(topic, "--from-beginning", "--max-messages", "2", "--isolation-level", "read_committed")).Out, Is.EqualTo("x\ny\n"));
    }

    [Test]
    public async Task A_pattern_reads_all_topics_that_match()
    {
        await CreateTopicAsync("pattern1");
        await CreateTopicAsync("pattern2");
        await ProduceAsync("pattern1", "a\n");
        await ProduceAsync("pattern2", "b\n");
        var run = (await RunAsync("kafka-console-consumer", "--include pattern.* --from-beginning --max-messages 2")).Succeeded();
        Assert.That(run.Lines, Is.EquivalentTo(new[] { "a", "b" }));
    }

    [TestCase("--topic t --offset 5", "The partition is required when offset is specified.")]
    [TestCase("--topic t --partition 0 --group g", "Options group and partition cannot be specified together.")]
    [TestCase("--topic t --partition 0 --offset soon", "incorrect")]
    [TestCase("--topic t --formatter a.b.C", "a.b.C")]
    [TestCase("--topic t --from-beginning --command-property auto.offset.reset=latest", "simultaneously")]
    public async Task What_contradicts_itself_is_refused(string arguments, string message)
    {
        var run = await RunAsync("kafka-console-consumer", arguments);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain(message));
    }

    [Test]
    public async Task A_line_without_its_separator_ends_the_producer()
    {
        var run = await ToolRun.WithInputAsync("kafka-console-producer", "kv\n", "--bootstrap-server", Servers, "--topic", "any", "--reader-property", "parse.key=true");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("No key separator found on line number 1: 'kv'"));
    }

    private async Task ProduceAsync(string topic, string input, params string[] flags) =>
        (await ToolRun.WithInputAsync("kafka-console-producer", input, ["--bootstrap-server", Servers, "--topic", topic, .. flags])).Succeeded();

    private Task<ToolRun> ConsumeAsync(string topic, params string[] flags) =>
        ToolRun.OfAsync("kafka-console-consumer", ["--bootstrap-server", Servers, "--topic", topic, .. flags]);
}
