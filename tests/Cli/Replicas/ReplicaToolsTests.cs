using System.Text.Json;
using Kafka.Modular.Cli.Tests.Support;

namespace Kafka.Modular.Cli.Tests.Replicas;

internal sealed class ReplicaToolsTests : ToolFixture
{
    [Test]
    public async Task Log_directories_are_shown_as_Kafkas_JSON()
    {
        await CreateTopicAsync("sized");
        await ProduceAsync("sized", 0, "some", "records");
        var lines = (await RunAsync("kafka-log-dirs", "--describe --topic-list sized")).Succeeded().Lines;
        Assert.That(lines[..2], Is.EqualTo(new[] { "Querying brokers for log directories information", "Received log directory information from brokers 1" }));
        var directory = JsonDocument.Parse(lines[2]).RootElement.GetProperty("brokers")[0].GetProperty("logDirs")[0];
        var partition = directory.GetProperty("partitions")[0];
        Assert.That((partition.GetProperty("partition").GetString(), partition.GetProperty("offsetLag").GetInt64(), partition.GetProperty("isFuture").GetBoolean()), Is.EqualTo(("sized-0", 0L, false)));
        Assert.That(partition.GetProperty("size").GetInt64(), Is.Positive);
        Assert.That((await RunAsync("kafka-log-dirs", "--describe -o json")).Succeeded().Json.GetProperty("version").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_broker_that_there_is_not_is_named()
    {
        var run = await RunAsync("kafka-log-dirs", "--describe --broker-list 1,7");
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((1, "ERROR: The given brokers do not exist from --broker-list: 7. Current existent brokers: 1\n")));
    }

    [Test]
    public async Task Records_are_deleted_down_to_an_offset()
    {
        using var folder = new TempFolder();
        await CreateTopicAsync("shortened");
        await ProduceAsync("shortened", 0, "a", "b", "c");
        var file = folder.Write("offsets.json", """{"partitions": [{"topic": "shortened", "partition": 0, "offset": 2}, {"topic": "shortened", "partition": 5, "offset": 2}], "version": 1}""");
        var run = await RunAsync("kafka-delete-records", $"--offset-json-file {file}");
        Assert.That((run.ExitCode, run.Out), Is.EqualTo((1,
            """
            Executing records delete operation
            Records delete operation completed:
            partition: shortened-0	low_watermark: 2
            partition: shortened-5	error: org.apache.kafka.common.errors.UnknownTopicOrPartitionException: The broker does not host this topic or partition.

            """)), run.Error);
    }

    [TestCase("""{"partitions": [{"topic": "a", "partition": 0, "offset": 1}, {"topic": "a", "partition": 0, "offset": 2}]}""", "Offset json file contains duplicate topic partitions: a-0\n")]
    [TestCase("""{"version": 2, "partitions": []}""", "Not supported version field value 2\n")]
    [TestCase("""{"version": 1}""", "Missing partitions field\n")]
    [TestCase("nothing", "The input string is not a valid JSON\n")]
    public async Task A_file_of_offsets_that_cannot_be_read_ends_with_1(string text, string message)
    {
        using var folder = new TempFolder();
        var run = await RunAsync("kafka-delete-records", $"--offset-json-file {folder.Write("offsets.json", text)}");
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((1, message)));
    }

    [Test]
    public async Task An_election_that_is_not_needed_is_said()
    {
        await CreateTopicAsync("elected", 2);
        var one = await RunAsync("kafka-leader-election", "--election-type preferred --topic elected --partition 0");
        Assert.That(one.Succeeded().Out, Is.EqualTo("Valid replica already elected for partitions elected-0\n"));
        using var folder = new TempFolder();
        var file = folder.Write("partitions.json", """{"partitions": [{"topic": "elected", "partition": 1}, {"topic": "elected", "partition": 9}]}""");
        var some = await RunAsync("kafka-leader-election", $"--election-type PREFERRED --path-to-json-file {file}");
        Assert.That((some.ExitCode, some.Error), Is.EqualTo((1, "1 replica(s) could not be elected\n")));
        Assert.That(some.Out, Does.StartWith(
            "Valid replica already elected for partitions elected-1\nError completing leader election (PREFERRED) for partition: elected-9: org.apache.kafka.common.errors.UnknownTopicOrPartitionException: "));
    }

    [TestCase("--election-type preferred", "One and only one of the following options is required: topic, all-topic-partitions, path-to-json-file")]
    [TestCase("--election-type best --all-topic-partitions", "Cannot parse argument 'best' of option election-type")]
    [TestCase("--all-topic-partitions", "Missing required option(s): election-type")]
    [TestCase("--election-type unclean --topic a", "Missing required option(s): partition")]
    public async Task An_election_whose_flags_do_not_go_together_shows_the_usage(string arguments, string message)
    {
        var run = await RunAsync("kafka-leader-election", arguments);
        Assert.That((run.ExitCode, run.Error.Split('\n')[0]), Is.EqualTo((1, message)));
    }
}
