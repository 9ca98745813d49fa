using System.Text.Json.Nodes;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Schemas.Compiler.Configuration;

namespace Kafka.Modular.Schemas.Compiler.Tests;

/// <summary>The configuration schemas, the errors found over several lines of them, and the pages made from them.</summary>
public sealed class ConfigurationSchemaTests
{
    private const string Head = "settings A\n  module M\n  scope broker\n\n";

    private static string Repository
    {
        get
        {
            var at = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
            while (!File.Exists(Path.Combine(at.FullName, "Kafka.Modular.sln")))
            {
                at = at.Parent!;
            }

            return at.FullName;
        }
    }

    [Test]
    public void The_schemas_have_no_errors() => Assert.That(Load(out var errors), Is.Not.Empty, string.Join('\n', errors));

    // To bring them up to date: dotnet run --project schemas/Compiler -- config docs schemas/config ops/docs/configuration-keys.md ops/docs/configuration.schema.json
    [Test]
    public void The_reference_page_is_up_to_date() =>
        Assert.That(File.ReadAllText(Path.Combine(Repository, "ops/docs/configuration-keys.md")) == ReferencePageEmitter.Emit(Load(out _)), "run the compiler's verb config docs");

    [Test]
    public void The_json_schema_is_up_to_date() =>
        Assert.That(File.ReadAllText(Path.Combine(Repository, "ops/docs/configuration.schema.json")) == JsonSchemaEmitter.Emit(Load(out _)), "run the compiler's verb config docs");

    [Test]
    public void The_json_schema_refers_to_definitions_that_exist()
    {
        var root = JsonNode.Parse(JsonSchemaEmitter.Emit(Load(out _)))!;
        var definitions = root["$defs"]!.AsObject().Select(pair => "#/$defs/" + pair.Key).ToHashSet(StringComparer.Ordinal);
        var references = References(root).ToList();
        Assert.That(references, Is.Not.Empty);
        Assert.That(references.Where(reference => !definitions.Contains(reference)), Is.Empty);
        Assert.That(root["properties"]!["log"]!["properties"]!["retention"]!["properties"]!["ms"]!["$ref"]!.GetValue<string>(), Is.EqualTo("#/$defs/log.retention.ms"));
    }

    [TestCase("a int = 1 low", "'a': a line of help is missing")]
    [TestCase("# h\na int = 5 [1..3] low", "'a': its own default is not valid: Value must be no more than 3")]
    [TestCase("# h\na int = x low", "'a': its own default is not valid: Not a number of type INT")]
    [TestCase("# h\na boolean? = null low", "'a': a boolean is never absent")]
    [TestCase("# h\na int = 1 low dynamic listener", "'a': 'dynamic listener' needs a prefix")]
    [TestCase("# h\na int = 1 low entity user", "'a': quota keys, and only those, name their entities")]
    [TestCase("# h\na int = 1 low from b", "'a': there is no broker key 'b'")]
    [TestCase("# h\na int = 1 low from b\n# h\nb string = x low", "'a': 'b' is of another type")]
    [TestCase("# h\na int = 1 low\n# h\na int = 1 low", "'a' is declared twice")]
    public void A_contradiction_within_the_schemas_is_an_error(string keys, string message)
    {
        var blocks = KeySchemaParser.Parse(Head + keys, "a.kschema", out var syntax);
        Assert.That(syntax, Is.Empty);
        Assert.That(ConfigurationChecker.Check(blocks).Select(error => error.Message), Is.EqualTo([message]));
    }

    [Test]
    public void Settings_without_a_module_or_in_two_places_are_errors()
    {
        var blocks = KeySchemaParser.Parse("settings A\n  scope broker\n\nsettings A\n  module M\n  scope broker\n", "a.kschema", out _);
        Assert.That(ConfigurationChecker.Check(blocks).Select(error => error.Message), Is.EqualTo(["settings 'A' name no module", "settings 'A' stand in more than one place"]));
    }

    [TestCase("socket.request.max.bytes", "SocketRequestMaxBytes")]
    [TestCase("producer_byte_rate", "ProducerByteRate")]
    [TestCase("SCRAM-SHA-512", "ScramSha512")]
    [TestCase("compat.jvm-metrics", "CompatJvmMetrics")]
    public void A_property_is_named_for_its_key(string key, string property) => Assert.That(CSharpNames.Property(key), Is.EqualTo(property));

    [Test]
    public void A_key_without_a_default_takes_that_of_its_synonym_in_its_own_unit()
    {
        const string Keys = "# h\na.ms long? = null low from a.hours\n# h\na.hours int = 2 low\n# h\nb int? = null low\n# h\nc list = [x, y] low\n# h\nd int low\n";
        var blocks = KeySchemaParser.Parse(Head + Keys, "a.kschema", out _);
        var text = new SettingsEmitter(blocks).Emit(blocks[0]);
        Assert.That(text, Does.Contain("public long AMs { get; init; } = 7200000L;"));
        Assert.That(text, Does.Contain("public int? B { get; init; }\n"));
        Assert.That(text, Does.Contain("public IReadOnlyList<string> C { get; init; } = [\"x\", \"y\"];"));
        Assert.That(text, Does.Contain("public required int D { get; init; }\n"));
    }

    [Test]
    public void The_verb_reports_errors_and_wrong_calls()
    {
        var folder = Directory.CreateTempSubdirectory("schemas");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "a.kschema"), Head + "a int = low\n");
            using (Assert.EnterMultipleScope())
            {
                Assert.That(ConfigurationVerb.Run(["check", folder.FullName]), Is.EqualTo(1));
                Assert.That(ConfigurationVerb.Run(["check"]), Is.EqualTo(2));
                Assert.That(ConfigurationVerb.Run(["emit", Path.Combine(Repository, "schemas/config")]), Is.EqualTo(2));
                Assert.That(ConfigurationVerb.Run(["check", Path.Combine(Repository, "schemas/config")]), Is.Zero);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IReadOnlyList<KeySchemaBlock> Load(out IReadOnlyList<KeySchemaError> errors)
    {
        var blocks = ConfigurationSchemas.Load(Path.Combine(Repository, "schemas/config"), out errors);
        return errors.Count == 0 ? blocks : [];
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject value => value.SelectMany(pair => pair.Key == "$ref" ? [pair.Value!.GetValue<string>()] : References(pair.Value)),
        JsonArray array => array.SelectMany(References),
        _ => [],
    };
}
