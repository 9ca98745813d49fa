using Kafka.Modular.Cli.Configs;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Cli.Tests.Support;

namespace Kafka.Modular.Cli.Tests.Configs;

internal sealed class ConfigsToolTests : ToolFixture
{
    [Test]
    public async Task Topic_configurations_are_set_shown_and_removed()
    {
        await CreateTopicAsync("changed");
        var set = await RunAsync("kafka-configs", "--alter --entity-type topics --entity-name changed --add-config retention.ms=1000,cleanup.policy=[compact,delete]");
        Assert.That(set.Succeeded().Out, Is.EqualTo("Completed updating config for topic changed.\n"));
        var shown = await RunAsync("kafka-configs", "--describe --topic changed");
        Assert.That(shown.Succeeded().Out, Is.EqualTo(
            """
            Dynamic configs for topic changed are:
              cleanup.policy=compact,delete sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:cleanup.policy=compact,delete, DEFAULT_CONFIG:log.cleanup.policy=delete}
              retention.ms=1000 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:retention.ms=1000}

            """));
        (await RunAsync("kafka-configs", "--alter --topic changed --delete-config retention.ms")).Succeeded();
        Assert.That((await RunAsync("kafka-configs", "--describe --topic changed")).Lines, Has.Length.EqualTo(2));
    }

    [Test]
    public async Task All_configurations_include_the_defaults()
    {
        await CreateTopicAsync("all");
        var run = await RunAsync("kafka-configs", "--describe --topic all --all");
        Assert.That(run.Succeeded().Lines[0], Is.EqualTo("All configs for topic all are:"));
        Assert.That(run.Out, Does.Contain("  segment.bytes=1073741824 sensitive=false synonyms={DEFAULT_CONFIG:log.segment.bytes=1073741824}\n"));
    }

    [Test]
    public async Task A_configuration_as_JSON_names_where_each_value_comes_from()
    {
        (await RunAsync("kafka-topics", "--create --topic json --config retention.ms=5")).Succeeded();
        var row = (await RunAsync("kafka-configs", "--describe --topic json -o json")).Succeeded().Json[0];
        Assert.That(
            (row.GetProperty("key").GetString(), row.GetProperty("value").GetString(), row.GetProperty("source").GetString()), Is.EqualTo(("retention.ms", "5", "DYNAMIC_TOPIC_CONFIG")));
    }

    [Test]
    public async Task What_does_not_exist_has_no_configuration() => Assert.That(
        (await RunAsync("kafka-configs", "--describe --topic nothing")).Succeeded().Out, Is.EqualTo("The topic 'nothing' doesn't exist and doesn't have dynamic config.\n"));

    [Test]
    public async Task A_brokers_and_the_clusters_values_are_told_apart()
    {
        (await RunAsync("kafka-configs", "--alter --broker-defaults --add-config log.retention.bytes=70000")).Succeeded();
        (await RunAsync("kafka-configs", "--alter --entity-type brokers --entity-name 1 --add-config log.cleaner.threads=2")).Succeeded();
        var one = await RunAsync("kafka-configs", "--describe --broker 1");
        Assert.That(one.Succeeded().Lines[0], Is.EqualTo("Dynamic configs for broker 1 are:"));
        Assert.That(one.Lines[1], Does.StartWith("  log.cleaner.threads=2 sensitive=false synonyms={DYNAMIC_BROKER_CONFIG:log.cleaner.threads=2"));
        var all = await RunAsync("kafka-configs", "--describe --entity-type brokers --entity-default");
        Assert.That(all.Succeeded().Out, Does.StartWith("Default configs for brokers in the cluster are:\n  log.retention.bytes=70000 sensitive=false synonyms={DYNAMIC_DEFAULT_BROKER_CONFIG:log.retention.bytes=70000"));
    }

    [Test]
    public async Task A_key_that_is_not_set_cannot_be_removed()
    {
        await CreateTopicAsync("unset");
        var run = await RunAsync("kafka-configs", "--alter --topic unset --delete-config retention.ms");
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((1, "Invalid config(s): retention.ms\n")));
    }

    [Test]
    public async Task A_value_that_is_refused_ends_with_1_and_the_reason()
    {
        await CreateTopicAsync("wrong");
        var run = await RunAsync("kafka-configs", "--alter --topic wrong --add-config retention.ms=soon");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.StartWith("Error while executing config command\norg.apache.kafka.common.errors.InvalidConfigurationException: "));
    }

    [TestCase("--topic a", "Command must include exactly one action: --describe, --alter")]
    [TestCase("--describe", "At least one entity type must be specified")]
    [TestCase("--describe --entity-type tea", "Invalid entity type tea, the entity type must be one of topics, clients, users, brokers, broker-loggers, ips, client-metrics, groups with a --bootstrap-server or --bootstrap-controller argument")]
    [TestCase("--describe --topic a --group b", "Only 'users' and 'clients' entity types may be specified together")]
    [TestCase("--describe --broker one", "The entity name for brokers must be a valid integer broker id, but it is: one")]
    [TestCase("--alter --topic a", "At least one of --add-config, --add-config-file, or --delete-config must be specified with --alter")]
    [TestCase("--alter --entity-type topics --add-config a=b", "An entity name must be specified with --alter of topics")]
    [TestCase("--alter --topic a --add-config b", "requirement failed: Invalid entity config: all configs to be added must be in the format \"key=val\" or  \"key=[val1,val2]\" to group values which contain commas.")]
    public async Task Flags_that_do_not_go_together_are_named(string arguments, string message)
    {
        var run = await RunAsync("kafka-configs", arguments);
        Assert.That((run.ExitCode, run.Error.Split('\n')[0]), Is.EqualTo((1, message)));
    }

    [Test]
    public void Names_and_defaults_keep_their_order()
    {
        var options = OptionParser.Parse(FlagTable.Find("kafka-configs")!, ["--bootstrap-server", "x", "--describe", "--entity-type", "users", "--entity-default", "--entity-type", "clients", "--entity-name", "c"]);
        var entity = ConfigEntity.Read(options);
        Assert.That(entity.Types.Zip(entity.Names), Is.EqualTo(new[] { ("users", ""), ("clients", "c") }));
    }

    [TestCase("SCRAM-SHA-512=[iteration=8192,password=s3cret]", "Invalid credential property SCRAM_SHA_512")]
    [TestCase("SCRAM-SHA-256=[iterations=4095,password=s3cret]", "Iterations 4095 is less than the minimum 4096 required for SCRAM-SHA-256")]
    [TestCase("SCRAM-SHA-256=[iterations=-,password=s3cret]", "For input string: \"-\"")]
    [TestCase("SCRAM-SHA-256=[iterations=4096,password=]", "org.apache.kafka.common.errors.UnacceptableCredentialException: Password must not be empty")]
    [TestCase("SCRAM-SHA-1=[password=s3cret]", "Only quota and SCRAM credential configs can be added for 'users' using --bootstrap-server. Unexpected config names: SCRAM-SHA-1")]
    [TestCase("SCRAM-SHA-256=[password=s3cret],producer_byte_rate=1", "Cannot alter both quota and SCRAM credential configs simultaneously for 'users' using --bootstrap-server.")]
    public async Task A_credential_that_cannot_be_made_is_refused_without_its_password(string config, string expected)
    {
        var run = await RunAsync("kafka-configs", $"--alter --entity-type users --entity-name alice --add-config {config}");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain(expected).And.Not.Contain("s3cret"));
    }

    [TestCase("--entity-type users --entity-default --add-config SCRAM-SHA-256=[password=p]", "The use of --entity-default or --user-defaults is not allowed with User SCRAM Credentials using --bootstrap-server.")]
    [TestCase("--entity-type users --entity-name u --delete-config other", "Only quota and SCRAM credential configs can be deleted for 'users' using --bootstrap-server. Unexpected config names: other")]
    [TestCase("--entity-type users --entity-name u --entity-type clients --entity-name c --add-config SCRAM-SHA-256=[password=p]", "Only quota configs can be added for 'clients' using --bootstrap-server. Unexpected config names: SCRAM-SHA-256")]
    public async Task Credentials_are_those_of_one_user(string arguments, string expected)
    {
        var run = await RunAsync("kafka-configs", "--alter " + arguments);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain(expected));
    }
}
