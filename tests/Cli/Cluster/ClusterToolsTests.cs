using Kafka.Modular.Cli.Tests.Support;

namespace Kafka.Modular.Cli.Tests.Cluster;

internal sealed class ClusterToolsTests : ToolFixture
{
    [Test]
    public async Task The_cluster_has_an_id()
    {
        Assert.That((await RunAsync("kafka-cluster", "cluster-id")).Succeeded().Out, Is.EqualTo($"Cluster ID: {ClusterId}\n"));
        Assert.That((await RunAsync("kafka-cluster", "cluster-id -o json")).Succeeded().Json.GetProperty("clusterId").GetString(), Is.EqualTo(ClusterId));
    }

    [Test]
    public async Task Endpoints_have_Kafkas_columns()
    {
        var lines = (await RunAsync("kafka-cluster", "list-endpoints")).Succeeded().Lines;
        Assert.That(lines[0], Is.EqualTo("ID         HOST      PORT       RACK       STATE      ENDPOINT_TYPE  "));
        Assert.That(lines[1], Does.Match("^1          localhost [0-9]+ +null       unfenced   broker         $"));
    }

    [Test]
    public async Task A_broker_that_runs_cannot_be_unregistered_by_a_name_that_it_does_not_have()
    {
        var run = await RunAsync("kafka-cluster", "unregister --id 7");
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((1, run.Error)));
        Assert.That(run.Error, Is.Not.Empty);
    }

    [Test]
    public async Task A_bootstrap_address_is_required()
    {
        var run = await ToolRun.OfAsync("kafka-cluster", "cluster-id");
        Assert.That((run.ExitCode, run.Error.Split('\n')[0]), Is.EqualTo((1, "You must specify either --bootstrap-controller or --bootstrap-server.")));
    }

    [Test]
    public async Task The_APIs_of_each_broker_are_shown()
    {
        var run = await RunAsync("kafka-broker-api-versions", "");
        Assert.That(run.Succeeded().Lines[0], Does.Match(@"^localhost:\d+ \(id: 1 rack: null isFenced: false\) -> \($"));
        Assert.That(run.Lines[1], Is.EqualTo("\tProduce(0): 0 to 13 [usable: 13],"));
        Assert.That(run.Lines[^1], Is.EqualTo(")"));
        var rows = (await RunAsync("kafka-broker-api-versions", "-o json")).Succeeded().Json;
        Assert.That(rows[0].GetProperty("name").GetString(), Is.EqualTo("Produce"));
    }

    [Test]
    public async Task Features_are_described_by_name()
    {
        var lines = (await RunAsync("kafka-features", "describe")).Succeeded().Lines;
        Assert.That(lines, Has.Some.Matches("^Feature: metadata.version\tSupportedMinVersion: 3.3-IV3\tSupportedMaxVersion: 4.2-IV1\tFinalizedVersionLevel: 4.2-IV1\tEpoch: [0-9]+$"));
        Assert.That(lines[0], Does.StartWith("Feature: "));
    }

    [Test]
    public async Task A_feature_that_cannot_be_changed_is_named_with_the_reason()
    {
        var run = await RunAsync("kafka-features", "upgrade --feature tea.version=1");
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((1, "1 out of 1 operation(s) failed.\n")));
        Assert.That(run.Out, Does.StartWith("Could not upgrade tea.version to 1. "));
    }

    [TestCase("upgrade", "You must specify at least one feature to upgrade\n")]
    [TestCase("upgrade --release-version 4.1 --feature a=1", "Can not specify `release-version` with other feature flags.\n")]
    [TestCase("downgrade --feature a", "Can't parse feature=level string a: equals sign not found.\n")]
    public async Task A_change_of_features_that_cannot_be_read_ends_with_1(string arguments, string message)
    {
        var run = await RunAsync("kafka-features", arguments);
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((1, message)));
    }

    [Test]
    public async Task The_quorums_status_has_Kafkas_lines()
    {
        var run = await RunAsync("kafka-metadata-quorum", "describe --status");
        Assert.That(run.Succeeded().Out, Does.Match(
            $$"""
            ^ClusterId:              {{ClusterId}}
            LeaderId:               1
            LeaderEpoch:            \d+
            HighWatermark:          \d+
            MaxFollowerLag:         0
            MaxFollowerLagTimeMs:   0
            CurrentVoters:          \[\{"id": 1, "directoryId": "[A-Za-z0-9_-]{22}"(, "endpoints": \["CONTROLLER://localhost:\d+"\])?\}\]
            CurrentObservers:       \[\]
            $
            """));
        Assert.That((await RunAsync("kafka-metadata-quorum", "describe --status -o json")).Succeeded().Json.GetProperty("currentVoters")[0].GetProperty("id").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task The_quorums_replicas_have_Kafkas_columns()
    {
        var lines = (await RunAsync("kafka-metadata-quorum", "describe --replication")).Succeeded().Lines;
        Assert.That(lines[0].Split('\t').Select(static cell => cell.TrimEnd()), Is.EqualTo(new[] { "NodeId", "DirectoryId", "LogEndOffset", "Lag", "LastFetchTimestamp", "LastCaughtUpTimestamp", "Status", "" }));
        Assert.That(lines[1].Split('\t').Select(static cell => cell.TrimEnd()).ToArray()[6], Is.EqualTo("Leader"));
        Assert.That((await RunAsync("kafka-metadata-quorum", "describe --replication --human-readable")).Succeeded().Out, Does.Contain("Leader"));
    }

    [TestCase("describe", "One of --status or --replication must be specified with describe sub-command\n")]
    [TestCase("describe --status --human-readable", "The option --human-readable is only supported along with --replication\n")]
    [TestCase("remove-controller --controller-id 1", "kafka-metadata-quorum: --controller-id is not served: needs RemoveRaftVoter, which this server does not serve: a quorum of one node cannot lose its only voter.\n")]
    public async Task What_the_quorum_is_not_asked_is_named(string arguments, string message)
    {
        var run = await RunAsync("kafka-metadata-quorum", arguments);
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((1, message)));
    }
}
