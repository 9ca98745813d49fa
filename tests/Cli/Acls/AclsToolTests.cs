using Kafka.Modular.Cli.Tests.Support;
using Kafka.Modular.Testing;

namespace Kafka.Modular.Cli.Tests.Acls;

internal sealed class AclsToolTests : ToolFixture
{
    protected override EmbeddedKafkaOptions Options() => new()
    {
        Configuration = new Dictionary<string, string> { ["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer", ["super.users"] = "User:ANONYMOUS" },
    };

    [TearDown]
    public async Task RemoveAll()
    {
        foreach (var resource in new[] { "--topic", "--group", "--transactional-id" })
            (await RunAsync("kafka-acls", $"--remove --force --resource-pattern-type any {resource} t --topic other --group g")).Succeeded();
        (await RunAsync("kafka-acls", "--remove --force --cluster")).Succeeded();
    }

    [Test]
    public async Task Acls_are_added_once_listed_and_removed()
    {
        var added = await RunAsync("kafka-acls", "--add --allow-principal User:alice --operation Read --operation describe --topic t");
        Assert.That(added.Succeeded().Out, Is.EqualTo(
            "Adding ACLs for resource `ResourcePattern(resourceType=TOPIC, name=t, patternType=LITERAL)`: \n"
            + " \t(principal=User:alice, host=*, operation=READ, permissionType=ALLOW)\n\t(principal=User:alice, host=*, operation=DESCRIBE, permissionType=ALLOW)\n\n"));

        var again = await RunAsync("kafka-acls", "--add --allow-principal User:alice --operation Read --topic t");
        Assert.That(again.Succeeded().Out, Is.EqualTo(
            "Acl (pattern=ResourcePattern(resourceType=TOPIC, name=t, patternType=LITERAL), entry=(principal=User:alice, host=*, operation=READ, permissionType=ALLOW)) already exists.\n"));

        var listed = await RunAsync("kafka-acls", "--list --topic t");
        Assert.That(listed.Succeeded().Out, Is.EqualTo(
            "Current ACLs for resource `ResourcePattern(resourceType=TOPIC, name=t, patternType=LITERAL)`:\n"
            + "\t(principal=User:alice, host=*, operation=READ, permissionType=ALLOW)\n\t(principal=User:alice, host=*, operation=DESCRIBE, permissionType=ALLOW)\n\n"));

        Assert.That((await RunAsync("kafka-acls", "--remove --force --allow-principal User:alice --operation Read --topic t")).Succeeded().Out, Is.Empty);
        Assert.That((await RunAsync("kafka-acls", "--list --topic t")).Succeeded().Out, Does.Not.Contain("READ").And.Contain("DESCRIBE"));
    }

    [TestCase("y\n", 0)]
    [TestCase("n\n", 1)]
    [TestCase("", 1)]
    public async Task Removing_asks_first(string answer, int left)
    {
        (await RunAsync("kafka-acls", "--add --deny-principal User:bob --deny-host 10.0.0.1 --topic t")).Succeeded();
        var run = await ToolRun.WithInputAsync("kafka-acls", answer, "--bootstrap-server", Servers, "--remove", "--topic", "t");
        Assert.That(run.Succeeded().Out, Is.EqualTo(
            "Are you sure you want to delete all ACLs for resource filter `ResourcePattern(resourceType=TOPIC, name=t, patternType=LITERAL)`? (y/n)\n"));
        Assert.That((await RunAsync("kafka-acls", "--list --topic t -o json")).Succeeded().Json.GetArrayLength(), Is.EqualTo(left));
    }

    [Test]
    public async Task The_question_names_the_acls_that_are_to_go()
    {
        var run = await ToolRun.WithInputAsync("kafka-acls", "n\n", "--bootstrap-server", Servers, "--remove", "--topic", "t", "--allow-principal", "User:alice", "--operation", "Write");
        Assert.That(run.Succeeded().Out, Is.EqualTo(
            "Are you sure you want to remove ACLs: \n \t(principal=User:alice, host=*, operation=WRITE, permissionType=ALLOW)\n"
            + " from resource filter `ResourcePattern(resourceType=TOPIC, name=t, patternType=LITERAL)`? (y/n)\n"));
    }

    [Test]
    public async Task A_producer_and_a_consumer_get_what_they_need()
    {
        (await RunAsync("kafka-acls", "--add --allow-principal User:app --producer --consumer --idempotent --topic t --group g --transactional-id t")).Succeeded();
        var acls = (await RunAsync("kafka-acls", "--list -o json")).Succeeded().Json;
        Assert.That(
            acls.EnumerateArray().Select(static acl => $"{acl.GetProperty("resourceType")} {acl.GetProperty("resourceName")} {acl.GetProperty("operation")}"),
            Is.EquivalentTo(new[]
            {
                "TOPIC t WRITE", "TOPIC t DESCRIBE", "TOPIC t CREATE", "TOPIC t READ", "GROUP g READ", "TRANSACTIONAL_ID t WRITE", "TRANSACTIONAL_ID t DESCRIBE",
                "CLUSTER kafka-cluster IDEMPOTENT_WRITE",
            }));
    }

    [Test]
    public async Task Acls_of_a_principal_are_listed_under_its_name()
    {
        (await RunAsync("kafka-acls", "--add --allow-principal User:alice --allow-principal User:bob --operation Read --resource-pattern-type prefixed --topic t")).Succeeded();
        var listed = await RunAsync("kafka-acls", "--list --principal User:bob --resource-pattern-type match --topic tea");
        Assert.That(listed.Succeeded().Out, Is.EqualTo(
            "ACLs for principal `User:bob`\nCurrent ACLs for resource `ResourcePattern(resourceType=TOPIC, name=t, patternType=PREFIXED)`:\n"
            + "\t(principal=User:bob, host=*, operation=READ, permissionType=ALLOW)\n\n"));
    }

    [TestCase("--list --add", "Command must include exactly one action: --list, --add, --remove. ")]
    [TestCase("--add --topic t", "You must specify one of: --allow-principal, --deny-principal when trying to add ACLs.")]
    [TestCase("--add --allow-principal User:a", "You must provide at least one resource: --topic <topic> or --cluster or --group <group> or --delegation-token <Delegation Token ID>")]
    [TestCase("--add --allow-principal User:a --topic t --resource-pattern-type match", "A '--resource-pattern-type' value of 'MATCH' is not valid when adding acls.")]
    [TestCase("--add --allow-principal User:a --group g --operation Write", "ResourceType GROUP only supports operations [ALL, READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS]")]
    [TestCase("--add --allow-principal User:a --topic t --idempotent", "The --idempotent option is only available if --producer is set")]
    [TestCase("--add --allow-principal User:a --producer", "With --producer you must specify a --topic")]
    [TestCase("--list --producer", "Option \"[list]\" can't be used with option \"[producer]\"")]
    [TestCase("--list --resource-pattern-type some", "Cannot parse argument 'some' of option resource-pattern-type")]
    public async Task A_command_line_that_cannot_be_meant_shows_the_usage(string arguments, string message)
    {
        var run = await RunAsync("kafka-acls", arguments);
        Assert.That((run.ExitCode, run.Error.Split('\n')[0]), Is.EqualTo((1, message)));
    }

    [Test]
    public async Task A_principal_without_a_type_fails_the_command()
    {
        var run = await RunAsync("kafka-acls", "--add --allow-principal alice --topic t");
        Assert.That((run.ExitCode, run.Lines[0]), Is.EqualTo((1, "Error while executing ACL command: expected a string in format principalType:principalName but got alice")));
    }

    [Test]
    public async Task A_denial_is_explained_by_the_nearest_acl()
    {
        (await RunAsync("kafka-acls", "--add --allow-principal User:alice --allow-host 10.0.0.1 --operation Read --topic t")).Succeeded();
        var run = await RunAsync("acls-explain", "--principal User:alice --operation Read --topic t --host 10.0.0.2");
        Assert.That(run.Succeeded().Lines, Is.EqualTo(new[]
        {
            "Denied: User:alice may not Read on topic t from host 10.0.0.2.",
            "Decided by: there are ACLs about the topic, and none of them permits it.",
            "Nearest that would allow it: (pattern=ResourcePattern(resourceType=TOPIC, name=t, patternType=LITERAL), "
            + "entry=(principal=User:alice, host=10.0.0.1, operation=READ, permissionType=ALLOW)), which is for another host.",
            "Super users are not seen from here: super.users of the brokers comes before all ACLs.",
        }));
    }

    [Test]
    public async Task What_is_decided_by_an_acl_names_it()
    {
        (await RunAsync("kafka-acls", "--add --allow-principal Group:readers --operation Read --topic t")).Succeeded();
        var allowed = (await RunAsync("acls-explain", "--principal User:alice --in-group readers --operation Describe --topic t -o json")).Succeeded().Json;
        Assert.That((allowed.GetProperty("allowed").GetBoolean(), allowed.GetProperty("rule").GetString()), Is.EqualTo((true, "MatchingAcl")));
        Assert.That(allowed.GetProperty("decisiveAcl").GetString(), Does.Contain("Group:readers"));

        (await RunAsync("kafka-acls", "--add --deny-principal User:alice --operation Describe --topic t")).Succeeded();
        var denied = await RunAsync("acls-explain", "--principal User:alice --in-group readers --operation Describe --topic t");
        Assert.That(denied.Succeeded().Lines[1], Does.StartWith("Decided by: ").And.Contain("permissionType=DENY"));
    }
}
