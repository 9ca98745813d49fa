using Kafka.Modular.Cli.Tests.Support;

namespace Kafka.Modular.Cli.Tests.Topics;

internal sealed class TopicsToolTests : ToolFixture
{
    [Test]
    public async Task A_created_topic_is_named()
    {
        var run = await RunAsync("kafka-topics", "--create --topic first --partitions 2 --replication-factor 1");
        Assert.That((run.ExitCode, run.Out, run.Error), Is.EqualTo((0, "Created topic first.\n", "")));
    }

    [Test]
    public async Task A_topic_that_exists_is_refused_unless_that_is_fine()
    {
        await CreateTopicAsync("twice");
        var again = await RunAsync("kafka-topics", "--create --topic twice");
        Assert.That((again.ExitCode, again.Out), Is.EqualTo((1, "Error while executing topic command : Topic 'twice' already exists.\n")));
        Assert.That(again.Error, Does.StartWith("org.apache.kafka.common.errors.TopicExistsException: "));
        Assert.That((await RunAsync("kafka-topics", "--create --topic twice --if-not-exists")).Succeeded().Out, Is.Empty);
    }

    [Test]
    public async Task Names_with_periods_are_warned_of()
    {
        var run = await RunAsync("kafka-topics", "--create --topic with.period");
        Assert.That(run.Succeeded().Out, Is.EqualTo(
            "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide. To avoid issues it is best to use either, but not both.\n"
            + "Created topic with.period.\n"));
    }

    [Test]
    public async Task Topics_are_listed_in_order_as_lines_or_as_JSON()
    {
        await CreateTopicAsync("list-b");
        await CreateTopicAsync("list-a");
        Assert.That((await RunAsync("kafka-topics", "--list --topic list-.*")).Succeeded().Out, Is.EqualTo("list-a\nlist-b\n"));
        Assert.That((await RunAsync("kafka-topics", "--list --topic list-a,list-b -o json")).Succeeded().Json.EnumerateArray().Select(static name => name.GetString()), Is.EqualTo(new[] { "list-a", "list-b" }));
    }

    [Test]
    public async Task A_description_has_Kafkas_columns()
    {
        (await RunAsync("kafka-topics", "--create --topic described --partitions 2 --config retention.ms=1000 --config cleanup.policy=compact,delete")).Succeeded();
        var lines = (await RunAsync("kafka-topics", "--describe --topic described")).Succeeded().Lines;
        Assert.That(lines[0], Does.Match("^Topic: described\tTopicId: [A-Za-z0-9_-]{22}\tPartitionCount: 2\tReplicationFactor: 1\tConfigs: cleanup.policy=compact,delete,retention.ms=1000$"));
        Assert.That(lines[1], Does.Match("^\tTopic: described\tPartition: 0\tLeader: 1\tReplicas: 1\tIsr: 1\tElr: (N/A)?\tLastKnownElr: (N/A)?$"));
        Assert.That(lines[2], Does.StartWith("\tTopic: described\tPartition: 1\tLeader: 1\tReplicas: 1\tIsr: 1\t"));
        Assert.That(lines, Has.Length.EqualTo(3));
    }

    [Test]
    public async Task A_description_as_JSON_has_the_same_in_it()
    {
        (await RunAsync("kafka-topics", "--create --topic as-json --config retention.ms=1000")).Succeeded();
        var topic = (await RunAsync("kafka-topics", "--describe --topic as-json --output json")).Succeeded().Json[0];
        Assert.That(topic.GetProperty("configs").GetProperty("retention.ms").GetString(), Is.EqualTo("1000"));
        Assert.That(topic.GetProperty("partitions")[0].GetProperty("isr")[0].GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_topic_is_described_by_its_id()
    {
        await CreateTopicAsync("by-id");
        var id = (await RunAsync("kafka-topics", "--describe --topic by-id -o json")).Json[0].GetProperty("topicId").GetString();
        Assert.That((await RunAsync("kafka-topics", $"--describe --topic-id {id}")).Succeeded().Lines[0], Does.StartWith($"Topic: by-id\tTopicId: {id}\t"));
    }

    [Test]
    public async Task Reports_show_only_what_they_are_about()
    {
        await CreateTopicAsync("report");
        Assert.That((await RunAsync("kafka-topics", "--describe --topic report --under-replicated-partitions")).Succeeded().Out, Is.Empty);
        Assert.That((await RunAsync("kafka-topics", "--describe --topic report --unavailable-partitions")).Succeeded().Out, Is.Empty);
        Assert.That((await RunAsync("kafka-topics", "--describe --topic report --under-min-isr-partitions")).Succeeded().Out, Is.Empty);
        Assert.That((await RunAsync("kafka-topics", "--describe --topic report --at-min-isr-partitions")).Succeeded().Lines, Has.Length.EqualTo(1));
        Assert.That((await RunAsync("kafka-topics", "--describe --topic report --topics-with-overrides")).Succeeded().Out, Is.Empty);
    }

    [Test]
    public async Task A_topic_grows()
    {
        await CreateTopicAsync("grows");
        Assert.That((await RunAsync("kafka-topics", "--alter --topic grows --partitions 4")).Succeeded().Out, Is.Empty);
        Assert.That((await RunAsync("kafka-topics", "--describe --topic grows")).Lines, Has.Length.EqualTo(5));
        var smaller = await RunAsync("kafka-topics", "--alter --topic grows --partitions 2");
        Assert.That((smaller.ExitCode, smaller.Out), Is.EqualTo((1, "Error while executing topic command : The topic grows currently has 4 partition(s); 2 would not be an increase.\n")));
    }

    [Test]
    public async Task A_deleted_topic_is_gone()
    {
        await CreateTopicAsync("goes");
        Assert.That((await RunAsync("kafka-topics", "--delete --topic goes")).Succeeded().Out, Is.Empty);
        Assert.That((await RunAsync("kafka-topics", "--list --topic goes")).Out, Is.EqualTo("\n"));
        Assert.That((await RunAsync("kafka-topics", "--delete --topic goes --if-exists")).ExitCode, Is.Zero);
        Assert.That((await RunAsync("kafka-topics", "--delete --topic goes")).Out, Is.EqualTo("Error while executing topic command : Topic 'goes' does not exist as expected\n"));
    }

    [Test]
    public async Task Partitions_go_where_an_assignment_says()
    {
        (await RunAsync("kafka-topics", "--create --topic assigned --replica-assignment 1,1,1")).Succeeded();
        Assert.That((await RunAsync("kafka-topics", "--describe --topic assigned")).Lines[0], Does.Contain("\tPartitionCount: 3\tReplicationFactor: 1\t"));
        Assert.That((await RunAsync("kafka-topics", "--create --topic refused --replica-assignment 1:1")).Out, Is.EqualTo("Error while executing topic command : Partition replica lists may not contain duplicate entries: 1\n"));
    }

    [TestCase("--topic a", "Command must include exactly one action: --list, --describe, --create, --alter or --delete")]
    [TestCase("--create", "Missing required argument \"[topic]\"")]
    [TestCase("--alter --topic a", "Missing required argument \"[partitions]\"")]
    [TestCase("--list --partitions 1", "Option \"[partitions]\" can't be used with option \"[list]\"")]
    [TestCase("--create --topic a --replica-assignment 1 --partitions 1", "Option \"[replica-assignment]\" can't be used with option \"[partitions]\"")]
    [TestCase("--create --topic a --if-exists", "Option \"[if-exists]\" can't be used with option \"[create]\"")]
    public async Task Flags_that_do_not_go_together_show_the_usage(string arguments, string message)
    {
        var run = await RunAsync("kafka-topics", arguments);
        Assert.That((run.ExitCode, run.Out, run.Error.Split('\n')[0]), Is.EqualTo((1, "", message)));
    }

    [Test]
    public async Task A_cluster_that_cannot_be_reached_ends_with_1()
    {
        using var folder = new TempFolder();
        var config = folder.Write("client.properties", "default.api.timeout.ms=200\n");
        var run = await ToolRun.OfAsync("kafka-topics", "--bootstrap-server", "localhost:1", "--list", "--command-config", config);
        Assert.That((run.ExitCode, run.Out), Is.EqualTo((1, run.Out)));
        Assert.That(run.Out, Does.StartWith("Error while executing topic command : "));
    }
}
