using Kafka.Modular.Cli.Tests.Support;

namespace Kafka.Modular.Cli.Tests.Replicas;

internal sealed class ReassignToolTests : ToolFixture
{
    private readonly TempFolder _folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task No_reassignment_is_listed_on_one_node()
    {
        Assert.That((await RunAsync("kafka-reassign-partitions", "--list")).Succeeded().Out, Is.EqualTo("No partition reassignments found.\n"));
        Assert.That((await RunAsync("kafka-reassign-partitions", "--list -o json")).Succeeded().Json.GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task A_proposal_names_what_is_and_what_would_be()
    {
        await CreateTopicAsync("proposed", 2);
        var file = _folder.Write("topics.json", """{"topics": [{"topic": "proposed"}], "version": 1}""");
        var run = await RunAsync("kafka-reassign-partitions", $"--generate --topics-to-move-json-file {file} --broker-list 1");
        const string Plan = """{"version":1,"partitions":[{"topic":"proposed","partition":0,"replicas":[1],"log_dirs":["any"]},{"topic":"proposed","partition":1,"replicas":[1],"log_dirs":["any"]}]}""";
        Assert.That(run.Succeeded().Out, Is.EqualTo($"Current partition replica assignment\n{Plan}\n\nProposed partition reassignment configuration\n{Plan}\n"));
    }

    [Test]
    public async Task A_reassignment_is_started_and_verified()
    {
        await CreateTopicAsync("moved");
        var file = _folder.Write("moved.json", """{"version": 1, "partitions": [{"topic": "moved", "partition": 0, "replicas": [1]}]}""");
        var started = await RunAsync("kafka-reassign-partitions", $"--execute --reassignment-json-file {file}");
        Assert.That(started.Succeeded().Out, Is.EqualTo(
            "Current partition replica assignment\n\n{\"version\":1,\"partitions\":[{\"topic\":\"moved\",\"partition\":0,\"replicas\":[1],\"log_dirs\":[\"any\"]}]}\n\n"
            + "Save this to use as the --reassignment-json-file option during rollback\nSuccessfully started partition reassignment for moved-0\n"));
        var verified = await RunAsync("kafka-reassign-partitions", $"--verify --reassignment-json-file {file}");
        Assert.That(verified.Succeeded().Out, Is.EqualTo(
            "Status of partition reassignment:\nReassignment of partition moved-0 is completed.\nClearing broker-level throttles on broker 1\nClearing topic-level throttles on topic moved\n"));
        var canceled = await RunAsync("kafka-reassign-partitions", $"--cancel --preserve-throttles --reassignment-json-file {file}");
        Assert.That(canceled.Succeeded().Out, Does.StartWith("None of the specified partition reassignments are active.\n"));
    }

    [Test]
    public async Task Throttles_are_set_and_cleared()
    {
        await CreateTopicAsync("slow");
        var file = _folder.Write("slow.json", """{"version": 1, "partitions": [{"topic": "slow", "partition": 0, "replicas": [1]}]}""");
        var run = await RunAsync("kafka-reassign-partitions", $"--execute --reassignment-json-file {file} --throttle 5000");
        Assert.That(run.Succeeded().Out, Does.Contain("The inter-broker throttle limit was set to 5000 B/s\n"));
        Assert.That((await RunAsync("kafka-configs", "--describe --broker 1")).Out, Does.Contain("leader.replication.throttled.rate=5000"));
        (await RunAsync("kafka-reassign-partitions", $"--verify --reassignment-json-file {file}")).Succeeded();
        Assert.That((await RunAsync("kafka-configs", "--describe --broker 1")).Out, Does.Not.Contain("leader.replication.throttled.rate"));
    }

    [TestCase("""{"version": 1, "partitions": []}""", "Error: Partition reassignment list cannot be empty\n")]
    [TestCase("""{"version": 1, "partitions": [{"topic": "a", "partition": 0, "replicas": [1, 1]}]}""", "Error: Partition replica lists may not contain duplicate entries: a-0 contains multiple entries for 1\n")]
    [TestCase("""{"version": 1, "partitions": [{"topic": "a", "partition": 0, "replicas": [9]}]}""", "Error: Unknown broker id 9\n")]
    [TestCase("""{"version": 1, "partitions": [{"topic": "none", "partition": 0, "replicas": [1]}]}""", "Error: org.apache.kafka.common.errors.UnknownTopicOrPartitionException: Unable to find partition: none-0\n")]
    public async Task A_plan_that_cannot_be_carried_out_ends_with_1(string text, string message)
    {
        var run = await RunAsync("kafka-reassign-partitions", $"--execute --reassignment-json-file {_folder.Write("wrong.json", text)}");
        Assert.That((run.ExitCode, run.Out), Is.EqualTo((1, message)));
    }

    [TestCase("--list --throttle 1", "Option \"[throttle]\" can't be used with action \"[list]\"")]
    [TestCase("--execute", "Missing required argument \"[reassignment-json-file]\"")]
    [TestCase("--list --verify", "Command must include exactly one action: --generate, --execute, --verify, --cancel, --list")]
    public async Task Flags_that_do_not_go_together_show_the_usage(string arguments, string message)
    {
        var run = await RunAsync("kafka-reassign-partitions", arguments);
        Assert.That((run.ExitCode, run.Error.Split('\n')[0]), Is.EqualTo((1, message)));
    }

    [Test]
    public async Task Client_metrics_are_changed_shown_and_removed()
    {
        Assert.That((await RunAsync("kafka-client-metrics", "--alter --name m --interval 5000 --metrics org.apache.kafka.")).Succeeded().Out, Is.EqualTo("Altered client metrics config for m.\n"));
        Assert.That((await RunAsync("kafka-client-metrics", "--list")).Succeeded().Out, Is.EqualTo("m\n"));
        Assert.That((await RunAsync("kafka-client-metrics", "--describe --name m")).Succeeded().Out, Does.StartWith("Client metrics configs for m are:\n  interval.ms=5000\n"));
        Assert.That((await RunAsync("kafka-client-metrics", "--delete --name m")).Succeeded().Out, Is.EqualTo("Deleted client metrics config for m.\n"));
    }
}
