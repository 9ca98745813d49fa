using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Tests;

/// <summary>The language of the configuration schemas, which plugins use as well.</summary>
public sealed class KeySchemaTests
{
    private const string Acl = """
        # Principals that may do everything.
        super.users                      list    = []  separator ";" high
        # Whether what no rule speaks of is allowed.
        allow.everyone.if.no.acl.found   boolean = false  medium
        # A secret.
        acl.secret   password? = null  low
        # Must be given.
        acl.depth    int  [1..9] low
        """;

    [Test]
    public void A_block_holds_keys_with_all_that_can_be_said_of_them()
    {
        const string Text = """
            # Of colors.
            settings ColorSettings
              module  Paint
              scope   broker
              own

            # How red
            # it is.
            color.red   int? = null   [0..255] or -1   low dynamic cluster prefix listener from color.green, color.blue internal
            # Name.
            color.name  string = "light blue"  {"light blue", dark} any-case  high runtime   # why not
            color.big   long = max  medium
            """;
        var block = KeySchemaParser.Parse(Text, "c.kschema", out var errors).Single();
        var (red, line) = block.Keys[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(errors, Is.Empty);
            Assert.That((block.Name, block.Module, block.Scope, block.IsOwn, block.Title), Is.EqualTo(("ColorSettings", "Paint", ConfigurationScope.Broker, true, "Of colors.")));
            Assert.That(line, Is.EqualTo(9));
            Assert.That(red.Help, Is.EqualTo("How red it is."));
            Assert.That(red.Constraint, Is.EqualTo(new RangeConstraint(0, 255, -1)));
            Assert.That((red.IsNullable, red.Default, red.IsRequired, red.IsInternal), Is.EqualTo((true, (string?)null, false, true)));
            Assert.That((red.UpdateMode, red.ListenerPrefix), Is.EqualTo((UpdateMode.ClusterWide, ListenerPrefix.Listener)));
            Assert.That(red.Synonyms, Is.EqualTo(["color.green", "color.blue"]));
            Assert.That(block.Keys[1].Key.Constraint, Is.EqualTo(new OneOfConstraint(["light blue", "dark"], true)));
            Assert.That(block.Keys[1].Key.IsRuntimeOnly);
            Assert.That(block.Keys[2].Key.Default, Is.EqualTo("9223372036854775807"));
        }
    }

    [TestCase("a int = 1 low", 1, 1, "a key needs a 'settings' block before it")]
    [TestCase("settings", 1, 9, "expected a name")]
    [TestCase("settings A b", 1, 12, "'b' does not belong here")]
    [TestCase("settings A\n  color x", 2, 3, "expected module, scope or own")]
    [TestCase("settings A\n  scope moon", 2, 9, "a scope is one of broker, topic, group, client-metrics, quota, plugin")]
    [TestCase("settings A\na number = 1 low", 2, 3, "a type is one of boolean, short, int, long, double, string, list, class, password")]
    [TestCase("settings A\na int = low", 2, 12, "expected high, medium or low")]
    [TestCase("settings A\na int = 1 much", 2, 11, "expected a constraint or one of high, medium, low")]
    [TestCase("settings A\na int = null low", 2, 9, "null needs a type with a question mark")]
    [TestCase("settings A\na int = [1] low", 2, 9, "only a list has a list as its default")]
    [TestCase("settings A\na int = 1 [x..] low", 2, 12, "expected a number")]
    [TestCase("settings A\na int = 1 [1] low", 2, 13, "expected '..'")]
    [TestCase("settings A\na int = 1 check x low", 2, 17, "there is no check of this name; known are quorum-voters, bootstrap-servers, throttled-replicas, offset-reset")]
    [TestCase("settings A\na int = 1 low dynamic always", 2, 23, "expected cluster, broker or listener")]
    [TestCase("settings A\na int = 1 low often", 2, 15, "expected dynamic, prefix, from, entity, separator, split, internal or runtime")]
    [TestCase("settings A\na string = \"x low", 2, 12, "this text in quotes does not end")]
    [TestCase("settings A\na list = [x y] low", 2, 13, "expected ','")]
    public void A_mistake_is_named_with_its_line_and_column(string text, int line, int column, string message)
    {
        KeySchemaParser.Parse(text, "a.kschema", out var errors);
        Assert.That(errors[0], Is.EqualTo(new KeySchemaError("a.kschema", line, column, message)));
        Assert.That(errors[0].ToString(), Is.EqualTo($"a.kschema({line},{column}): error: {message}"));
    }

    [Test]
    public void A_plugin_declares_keys_that_are_then_known()
    {
        var keys = KeySchemaParser.ParsePlugin(Acl.Replace("separator \";\" high", "high separator \";\"", StringComparison.Ordinal), "acl", out var errors);
        Assert.That(errors, Is.Empty);
        var yaml = YamlReader.Read("super.users: [\"User:CN=a,O=b\", User:c]\nacl.secret: hush\nacl.depth: 3", "s.yaml");
        var configuration = NodeConfiguration.Load([BuiltInConfiguration.Source, yaml], keys).Required;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(configuration.ForPlugin("acl"), Is.EquivalentTo(new Dictionary<string, string>
            {
                ["super.users"] = "User:CN=a,O=b;User:c",
                ["allow.everyone.if.no.acl.found"] = "false",
                ["acl.secret"] = "hush",
                ["acl.depth"] = "3",
            }));
            Assert.That(configuration.Given["acl.secret"].Text, Is.EqualTo("[hidden]"));
            Assert.That(configuration.Value(keys[0]), Is.EqualTo(["User:CN=a,O=b", "User:c"]));
        }
    }

    [Test]
    public void The_keys_of_a_plugin_are_as_strict_as_those_of_Kafka()
    {
        var keys = KeySchemaParser.ParsePlugin(Acl.Replace("separator \";\" high", "high separator \";\"", StringComparison.Ordinal), "acl", out _);
        var problems = NodeConfiguration.Load([BuiltInConfiguration.Source, YamlReader.Read("super.user: a\nacl.depth: 10", "s.yaml")], keys).Problems;
        Assert.That(problems.Select(problem => problem.ToString()), Is.EqualTo([
            "s.yaml:1: super.user: not a known key; did you mean super.users?",
            "s.yaml:2: acl.depth: expected an integer from 1 to 9, found '10'",
        ]));
        Assert.That(NodeConfiguration.Load([BuiltInConfiguration.Source], keys).Problems.Select(problem => problem.Key), Is.EqualTo(["acl.depth"]));
    }
}
