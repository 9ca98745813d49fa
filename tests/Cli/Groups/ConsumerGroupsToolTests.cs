using System.Buffers.Binary;
using Kafka.Modular.Cli.Tests.Support;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Tests.Groups;

internal sealed class ConsumerGroupsToolTests : ToolFixture
{
    [Test]
    public async Task Groups_are_listed_by_name_or_with_type_and_state()
    {
        await CreateTopicAsync("listed");
        await CommitAsync("g-listed", "listed", 0, 0);
        Assert.That((await RunAsync("kafka-consumer-groups", "--list")).Succeeded().Lines, Does.Contain("g-listed"));
        var run = await RunAsync("kafka-consumer-groups", "--list --state --type");
        Assert.That(run.Succeeded().Lines[0], Is.EqualTo("GROUP                     TYPE                 STATE               "));
        Assert.That(run.Lines, Does.Contain("g-listed                  Classic              Empty               "));
        Assert.That((await RunAsync("kafka-consumer-groups", "--list --state stable")).Succeeded().Out, Does.Not.Contain("g-listed"));
        Assert.That((await RunAsync("kafka-groups", "--list --group-type classic")).Succeeded().Lines[0], Is.EqualTo("GROUP                TYPE                 PROTOCOL            "));
        Assert.That((await RunAsync("kafka-groups", "--list --consumer -o json")).Json.EnumerateArray().Select(static row => row.GetProperty("group").GetString()), Does.Contain("g-listed"));
    }

    [Test]
    public async Task Offsets_have_Kafkas_columns()
    {
        await CreateTopicAsync("lagging", 2);
        await ProduceAsync("lagging", 0, "a", "b", "c");
        await CommitAsync("g-lag", "lagging", 0, 1);
        await CommitAsync("g-lag", "lagging", 1, 0);
        var run = await RunAsync("kafka-consumer-groups", "--describe --group g-lag");
        Assert.That(run.Succeeded().Error, Is.EqualTo("\nConsumer group 'g-lag' has no active members.\n"));
        Assert.That(run.Out, Is.EqualTo(
            """

            GROUP           TOPIC           PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG             CONSUMER-ID     HOST            CLIENT-ID
            g-lag           lagging         0          1               3               2               -               -               -
            g-lag           lagging         1          0               0               0               -               -               -

            """));
        var row = (await RunAsync("kafka-consumer-groups", "--describe --group g-lag -o json")).Succeeded().Json[0];
        Assert.That((row.GetProperty("currentOffset").GetInt64(), row.GetProperty("lag").GetInt64()), Is.EqualTo((1L, 2L)));
        Assert.That((await RunAsync("kafka-consumer-groups", "--describe --group g-lag --verbose")).Lines[1], Does.StartWith("GROUP           TOPIC           PARTITION  LEADER-EPOCH    CURRENT-OFFSET  "));
    }

    [Test]
    public async Task Members_and_state_have_Kafkas_columns()
    {
        await CreateTopicAsync("owned");
        var member = await JoinAsync("g-members", "owned");
        var members = (await RunAsync("kafka-consumer-groups", "--describe --group g-members --members --verbose")).Succeeded().Lines;
        Assert.That(members[1], Does.Match(@"^GROUP           CONSUMER-ID +HOST            CLIENT-ID       #PARTITIONS     CURRENT-EPOCH   CURRENT-ASSIGNMENT   TARGET-EPOCH    TARGET-ASSIGNMENT   $"));
        Assert.That(members[2], Does.Match($@"^g-members       {member} /127\.0\.0\.1 +test            1               -               owned:0              -               -                   $").Or.Match($"^g-members       {member} "));
        var state = (await RunAsync("kafka-consumer-groups", "--describe --group g-members --state")).Succeeded().Lines;
        Assert.That(state[1], Is.EqualTo("GROUP           COORDINATOR (ID)          ASSIGNMENT-STRATEGY  STATE                #MEMBERS"));
        Assert.That(state[2], Does.Match(@"^g-members       localhost:\d+  \(1\) +range                Stable               1$"));
        var offsets = (await RunAsync("kafka-consumer-groups", "--describe --group g-members")).Succeeded().Lines;
        Assert.That(offsets[2], Does.Match($@"^g-members       owned           0          -               0               -               {member} /\S+ +test$"));
        var refused = await RunAsync("kafka-consumer-groups", "--reset-offsets --group g-members --topic owned --to-earliest --execute");
        Assert.That(refused.ExitCode, Is.EqualTo(1));
        Assert.That(refused.Out, Does.Contain("Error: Assignments can only be reset if the group 'g-members' is inactive, but the current state is Stable."));
        var kept = await RunAsync("kafka-consumer-groups", "--delete --group g-members");
        Assert.That((kept.ExitCode, kept.Out), Is.EqualTo(
            (1, "\nError: Deletion of some consumer groups failed:\n* Group 'g-members' could not be deleted due to: org.apache.kafka.common.errors.GroupNotEmptyException: The group still has members.\n")));
    }

    [Test]
    public async Task A_group_that_there_is_not_is_an_error()
    {
        var run = await RunAsync("kafka-consumer-groups", "--describe --group nobody");
        Assert.That((run.ExitCode, run.Out), Is.EqualTo(
            (1, "\nError: Executing consumer group command failed due to org.apache.kafka.common.errors.GroupIdNotFoundException: Group nobody not found.\n")));
    }

    [TestCase("--to-earliest", 0)]
    [TestCase("--to-latest", 4)]
    [TestCase("--to-offset 3", 3)]
    [TestCase("--to-offset 30", 4)]
    [TestCase("--shift-by -1", 1)]
    [TestCase("--to-current", 2)]
    [TestCase("--to-datetime 2020-01-01T00:00:00.000", 0)]
    [TestCase("--by-duration PT0S", 4)]
    public async Task Offsets_are_moved(string scenario, long expected)
    {
        var name = $"moved{expected}{scenario.Length}{scenario[2]}{scenario[5]}";
        await CreateTopicAsync(name);
        await ProduceAsync(name, 0, "a", "b", "c", "d");
        await CommitAsync(name, name, 0, 2);
        var planned = await RunAsync("kafka-consumer-groups", $"--reset-offsets --group {name} --topic {name} {scenario} --dry-run -o json");
        Assert.That(planned.Succeeded().Json[0].GetProperty("newOffset").GetInt64(), Is.EqualTo(expected));
        Assert.That((await RunAsync("kafka-consumer-groups", $"--describe --group {name} -o json")).Json[0].GetProperty("currentOffset").GetInt64(), Is.EqualTo(2));
        var moved = await RunAsync("kafka-consumer-groups", $"--reset-offsets --group {name} --all-topics {scenario} --execute");
        Assert.That(moved.Succeeded().Out, Does.EndWith($"\nGROUP           TOPIC           PARTITION  NEW-OFFSET\n{name,-15} {name,-15} 0          {expected}\n"));
        Assert.That((await RunAsync("kafka-consumer-groups", $"--describe --group {name} -o json")).Json[0].GetProperty("currentOffset").GetInt64(), Is.EqualTo(expected));
    }

    [Test]
    public async Task An_exported_plan_can_be_read_again()
    {
        using var folder = new TempFolder();
        await CreateTopicAsync("plan", 2);
        await ProduceAsync("plan", 1, "a", "b");
        await CommitAsync("g-plan", "plan", 1, 1);
        var export = await RunAsync("kafka-consumer-groups", "--reset-offsets --group g-plan --topic plan:1 --to-latest --export --dry-run");
        Assert.That(export.Succeeded().Out, Is.EqualTo("plan,1,2\n\n"));
        var file = folder.Write("plan.csv", export.Out);
        (await RunAsync("kafka-consumer-groups", $"--reset-offsets --group g-plan --from-file {file} --execute")).Succeeded();
        Assert.That((await RunAsync("kafka-consumer-groups", "--describe --group g-plan -o json")).Json[0].GetProperty("currentOffset").GetInt64(), Is.EqualTo(2));
    }

    [Test]
    public async Task Offsets_are_deleted()
    {
        await CreateTopicAsync("forgotten", 2);
        await CommitAsync("g-forget", "forgotten", 0, 0);
        await CommitAsync("g-forget", "forgotten", 1, 0);
        var run = await RunAsync("kafka-consumer-groups", "--delete-offsets --group g-forget --topic forgotten:0");
        Assert.That(run.Succeeded().Out, Is.EqualTo(
            "Request succeeded for deleting offsets from group g-forget.\n\nTOPIC           PARTITION  STATUS         \nforgotten       0          Successful     \n"));
        Assert.That((await RunAsync("kafka-consumer-groups", "--describe --group g-forget -o json")).Json.GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_deleted_group_is_gone()
    {
        await CreateTopicAsync("ended");
        await CommitAsync("g-ended", "ended", 0, 0);
        Assert.That((await RunAsync("kafka-consumer-groups", "--delete --group g-ended")).Succeeded().Out, Is.EqualTo("Deletion of requested consumer groups ('g-ended') was successful.\n"));
        Assert.That((await RunAsync("kafka-consumer-groups", "--list")).Lines, Does.Not.Contain("g-ended"));
    }

    [TestCase("--describe", "Option [describe] takes one of these options: [group], [all-groups]")]
    [TestCase("--list --describe --group a", "Option \"[group]\" can't be used with option \"[list]\"")]
    [TestCase("--delete --group a --topic b", "The consumer does not support topic-specific offset deletion from a consumer group.")]
    [TestCase("--reset-offsets --group a --topic b --dry-run", "Option '[reset-offsets]' requires one of the following scenarios: [[to-offset], [shift-by], [to-datetime], [by-duration], [to-earliest], [to-latest], [to-current], [from-file]]")]
    [TestCase("--list --state tea", "Invalid state list 'tea'. Valid states are: PreparingRebalance, CompletingRebalance, Stable, Dead, Empty, Assigning, Reconciling")]
    [TestCase("--list --members", "Option(s) [members] are unavailable given other options on the command line")]
    public async Task Flags_that_do_not_go_together_show_the_usage(string arguments, string message)
    {
        var run = await RunAsync("kafka-consumer-groups", arguments);
        Assert.That((run.ExitCode, run.Error.Split('\n')[0]), Is.EqualTo((1, message)));
    }

    [Test]
    public async Task A_regular_expression_is_checked_without_a_broker() => Assert.That(
        (await ToolRun.OfAsync("kafka-consumer-groups", "--validate-regex", "a.*b")).Succeeded().Out, Is.EqualTo("The regular expression `a.*b` is valid.\n"));

    // One classic member that is given partition 0.
    private async Task<string> JoinAsync(string group, string topic)
    {
        var join = new JoinGroupRequest
        {
            GroupId = group, SessionTimeoutMs = 30_000, RebalanceTimeoutMs = 30_000, ProtocolType = "consumer", MemberId = "",
            Protocols = [new() { Name = "range", Metadata = Versioned(new ConsumerProtocolSubscription { Topics = [topic] }) }],
        };
        var joined = await Client.SendAsync(RequestTarget.GroupCoordinator(group), join, Passing, CancellationToken.None);
        if (joined.ErrorCode == ErrorCode.MemberIdRequired)
        {
            join.MemberId = joined.MemberId;
            joined = await Client.SendAsync(RequestTarget.GroupCoordinator(group), join, CancellationToken.None);
        }

        Assert.That(joined.ErrorCode, Is.EqualTo(ErrorCode.None));
        var assignment = Versioned(new ConsumerProtocolAssignment { AssignedPartitions = [new() { Topic = topic, Partitions = [0] }] });
        var sync = new SyncGroupRequest
        {
            GroupId = group, GenerationId = joined.GenerationId, MemberId = joined.MemberId, ProtocolType = "consumer", ProtocolName = "range",
            Assignments = [new() { MemberId = joined.MemberId, Assignment = assignment }],
        };
        var synced = await Client.SendAsync(RequestTarget.GroupCoordinator(group), sync, CancellationToken.None);
        Assert.That(synced.ErrorCode, Is.EqualTo(ErrorCode.None));
        return joined.MemberId;
    }

    private static ErrorCode Passing(JoinGroupResponse response) =>
        response.ErrorCode is ErrorCode.CoordinatorNotAvailable or ErrorCode.CoordinatorLoadInProgress or ErrorCode.NotCoordinator ? response.ErrorCode : ErrorCode.None;

    private static byte[] Versioned(IMessage message)
    {
        var version = new byte[sizeof(short)];
        BinaryPrimitives.WriteInt16BigEndian(version, 1);
        return [.. version, .. ProtocolWriter.ToArray(message, 1)];
    }
}
