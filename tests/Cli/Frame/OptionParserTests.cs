using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Cli.Tests.Support;

namespace Kafka.Modular.Cli.Tests.Frame;

public sealed class OptionParserTests
{
    [Test]
    public void A_value_stands_behind_the_flag_or_behind_an_equals_sign()
    {
        var options = Parse("kafka-topics", "--topic", "a=b", "--partitions=3", "-describe");
        Assert.That((options.Value("topic"), options.Int32("partitions"), options.Has("describe"), options.Has("list")), Is.EqualTo(("a=b", 3, true, false)));
    }

    [Test]
    public void A_flag_that_stands_several_times_keeps_all_values()
    {
        var options = Parse("kafka-topics", "--config", "a=1", "--config", "b=2");
        Assert.That(options.Values("config"), Is.EqualTo(new[] { "a=1", "b=2" }));
    }

    [Test]
    public void A_flag_that_may_stand_once_is_refused_twice() =>
        Assert.That(() => Parse("kafka-topics", "--topic", "a", "--topic", "b").Value("topic"), Throws.TypeOf<UsageException>()
            .With.Message.EqualTo("Found multiple arguments for option topic, but you asked for only one"));

    [Test]
    public void The_first_letters_of_a_flag_suffice_where_no_other_begins_with_them() =>
        Assert.That(Parse("kafka-topics", "--boot", "x:1").Value("bootstrap-server"), Is.EqualTo("x:1"));

    [Test]
    public void First_letters_of_two_flags_are_not_recognized() =>
        Assert.That(() => Parse("kafka-topics", "--un"), Throws.TypeOf<UsageException>().With.Message.EqualTo("un is not a recognized option"));

    [Test]
    public void A_number_is_checked() => Assert.That(() => Parse("kafka-topics", "--partitions", "many"), Throws.TypeOf<UsageException>()
        .With.Message.EqualTo("Cannot parse argument 'many' of option partitions"));

    [Test]
    public void A_missing_argument_is_named() => Assert.That(() => Parse("kafka-topics", "--topic"), Throws.TypeOf<UsageException>()
        .With.Message.EqualTo("Option topic requires an argument"));

    [Test]
    public void An_argument_that_may_be_left_out_does_not_take_the_next_flag()
    {
        var options = Parse("kafka-consumer-groups", "--list", "--state", "--type", "classic,consumer");
        Assert.That((options.Has("state"), options.Value("state"), options.Value("type")), Is.EqualTo((true, (string?)null, "classic,consumer")));
    }

    [Test]
    public void A_flag_may_take_all_words_up_to_the_next_one() => Assert.That(
        Parse("kafka-producer-perf-test", "--producer-props", "acks=1", "linger.ms=5", "--topic", "t").Values("command-property"),
        Is.EqualTo(new[] { "acks=1", "linger.ms=5" }));

    [Test]
    public void A_negative_number_is_no_flag() => Assert.That(Parse("kafka-consumer-groups", "--shift-by", "-5").Int64("shift-by"), Is.EqualTo(-5));

    [Test]
    public void Flags_of_a_subcommand_may_stand_before_it()
    {
        var options = Parse("kafka-features", "--bootstrap-server", "x:1", "--feature", "a=1", "upgrade", "--feature", "b=2");
        Assert.That((options.Action, options.Values("feature")), Is.EqualTo(("upgrade", new[] { "a=1", "b=2" })).UsingPropertiesComparer());
    }

    [Test]
    public void A_short_flag_is_known() => Assert.That(Parse("kafka-storage", "format", "-t", "id", "-c", "f", "-g").Last("cluster-id"), Is.EqualTo("id"));

    [Test]
    public void An_unknown_subcommand_is_named_with_those_there_are() => Assert.That(() => Parse("kafka-cluster", "delete"), Throws.TypeOf<UsageException>()
        .With.Message.EqualTo("invalid choice: 'delete' (choose from 'cluster-id', 'unregister', 'list-endpoints')"));

    [Test]
    public void An_old_flag_works_with_a_warning()
    {
        var options = Parse("kafka-console-producer", "--broker-list", "x:1", "--producer.config", "f");
        Assert.That((options.Value("bootstrap-server"), options.Value("command-config")), Is.EqualTo(("x:1", "f")));
        Assert.That(options.Warnings, Is.EqualTo(new[]
        {
            "Warning: --broker-list is deprecated. Use --bootstrap-server instead.", "Warning: --producer.config is deprecated. Use --command-config instead.",
        }));
    }

    [Test]
    public async Task An_unknown_flag_is_named_with_the_usage_on_standard_error()
    {
        var run = await ToolRun.OfAsync("kafka-storage", "random-uuid", "--nothing");
        Assert.That((run.ExitCode, run.Out), Is.EqualTo((1, "")));
        Assert.That(run.Error, Does.StartWith("nothing is not a recognized option\nusage: kafka-storage ").And.Contain("Description"));
    }

    [Test]
    public async Task Help_goes_to_standard_output_and_ends_with_0()
    {
        var run = await ToolRun.OfAsync("kafka-storage", "format", "--help");
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((0, "")));
        Assert.That(run.Out, Does.Contain("-t, --cluster-id <String>").And.Contain("The id of the cluster."));
    }

    [Test]
    public async Task The_version_is_Kafkas()
    {
        var run = await ToolRun.OfAsync("kafka-storage", "--version");
        Assert.That(run.Succeeded().Out, Does.Match(@"^4\.2\.0 \(kafka-modular [^ ]+\)\n$"));
    }

    [Test]
    public async Task A_form_of_output_that_there_is_not_is_a_wrong_command_line()
    {
        var run = await ToolRun.OfAsync("kafka-storage", "version-mapping", "-o", "yaml");
        Assert.That((run.ExitCode, run.Error.Split('\n')[0]), Is.EqualTo((1, "Cannot parse argument 'yaml' of option output: it is text or json")));
    }

    [TestCase("/usr/bin/kafka-topics.sh", "kafka-topics")]
    [TestCase("kafka-topics", "kafka-topics")]
    [TestCase("./kafka-modular", null)]
    [TestCase("dotnet", null)]
    public void The_name_that_the_program_is_called_by_is_the_tool(string program, string? tool) => Assert.That(ToolNames.Of(program), Is.EqualTo(tool));

    private static ToolOptions Parse(string tool, params string[] words) => OptionParser.Parse(FlagTable.Find(tool)!, words);
}
