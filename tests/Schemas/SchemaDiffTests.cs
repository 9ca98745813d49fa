using Kafka.Modular.Schemas.Compiler.Checking;
using Kafka.Modular.Schemas.Compiler.Diff;
using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Schemas.Compiler.Tests;

public sealed class SchemaDiffTests
{
    private const string Schema = """
        type BrokerId int32
        type GroupId string
        errors ErrorCode int16 {
          NONE 0
        }
        api Sample 7
          versions 1..4
          flexible 3..
          serves   broker controller
          unstable 4
        history
          2..4 -
        request {
          struct Shared {
            Number   int64
          }
          Id         BrokerId = -1         key
          Name       string?2..
          Limit      int32 = 0x7fffffff    @2..       lossy
          Blob       bytes                 slice
          Client     string                flexible none
          Items      [Item] {
            Code     ErrorCode
            Shareds  [Shared]              @3..
          }
          Extra      string? = null        tag 0  @3..
        }
        response {
          Done       bool
        }
        """;

    private const string Request = """
        // A comment, as Kafka's definitions have them.
        {
          "apiKey": 7, "type": "request", "name": "SampleRequest", "listeners": ["controller", "broker"],
          "validVersions": "1-4", "flexibleVersions": "3+", "latestVersionUnstable": true,
          "fields": [
            { "name": "Id", "type": "int32", "versions": "0+", "default": "-1", "mapKey": true, "entityType": "brokerId" },
            { "name": "Name", "type": "string", "versions": "0+", "nullableVersions": "2+" },
            { "name": "Limit", "type": "int32", "versions": "2+", "default": "2147483647", "ignorable": true },
            { "name": "Gone", "type": "int32", "versions": "0" },
            { "name": "Blob", "type": "bytes", "versions": "0+", "zeroCopy": true },
            { "name": "Client", "type": "string", "versions": "0+", "flexibleVersions": "none" },
            { "name": "Items", "type": "[]Item", "versions": "0+", "fields": [
              { "name": "code", "type": "int16", "versions": "0+" },
              { "name": "Shareds", "type": "[]Shared", "versions": "3+" }
            ]},
            { "name": "Extra", "type": "string", "versions": "3+", "nullableVersions": "3+", "default": "null", "taggedVersions": "3+", "tag": 0 }
          ],
          "commonStructs": [
            { "name": "Shared", "versions": "0+", "fields": [ { "name": "Number", "type": "int64", "versions": "0+" } ] }
          ]
        }
        """;

    private const string Response = """
        { "apiKey": 7, "type": "response", "name": "SampleResponse", "validVersions": "1-4", "flexibleVersions": "3+",
          "fields": [ { "name": "Done", "type": "bool", "versions": "0+" } ] }
        """;

    [Test]
    public void A_schema_that_says_the_same_has_no_difference() => Assert.That(Diff(Schema), Is.Empty);

    [TestCase("versions 1..4", "versions 2..4", "SampleRequest: versions")]
    [TestCase("flexible 3..", "flexible 2..", "SampleRequest: flexible")]
    [TestCase("broker controller", "broker", "SampleRequest: listeners")]
    [TestCase("  unstable 4\n", "", "SampleRequest: unstable")]
    [TestCase("api Sample 7", "api Sample 8", "SampleRequest: number")]
    [TestCase("Limit      int32 = 0x7fffffff", "Limits     int32 = 0x7fffffff", "SampleRequest.Limits: existence")]
    [TestCase("Limit      int32 = 0x7fffffff", "Limits     int32 = 0x7fffffff", "SampleRequest.Limit: existence")]
    [TestCase("  Name       string?2..\n  Limit      int32 = 0x7fffffff    @2..       lossy\n", "  Limit      int32 = 0x7fffffff    @2..       lossy\n  Name       string?2..\n", "SampleRequest: order")]
    [TestCase("Number   int64", "Number   int32", "SampleRequest.Items.Shareds.Number: type")]
    [TestCase("Done       bool", "Done       [int8]", "SampleResponse.Done: type")]
    [TestCase("@2..       lossy", "@3..       lossy", "SampleRequest.Limit: versions")]
    [TestCase("[Shared]              @3..", "[Shared]              @2..3", "SampleRequest.Items.Shareds: versions")]
    [TestCase("string?2..", "string?", "SampleRequest.Name: nullable")]
    [TestCase("string?2..", "string", "SampleRequest.Name: nullable")]
    [TestCase("0x7fffffff", "0x7ffffffe", "SampleRequest.Limit: default")]
    [TestCase("string? = null        tag 0", "string?               tag 0", "SampleRequest.Extra: default")]
    [TestCase("tag 0", "tag 1", "SampleRequest.Extra: tag")]
    [TestCase("tag 0", "", "SampleRequest.Extra: tag")]
    [TestCase("         key", "", "SampleRequest.Id: key")]
    [TestCase("       lossy", "", "SampleRequest.Limit: ignorable")]
    [TestCase("                 slice", "", "SampleRequest.Blob: zero copy")]
    [TestCase("BrokerId = -1", "int32 = -1   ", "SampleRequest.Id: entity")]
    [TestCase("Client     string ", "Client     GroupId", "SampleRequest.Client: entity")]
    [TestCase("                flexible none", "", "SampleRequest.Client: flexible")]
    [TestCase("[Item] {", "[Itum] {", "SampleRequest.Items: type")]
    public void A_change_is_reported_by_its_place_and_aspect(string text, string changed, string expected)
    {
        string schema = Schema.Replace(text, changed, StringComparison.Ordinal);
        Assert.That(schema, Is.Not.EqualTo(Schema), "the sample does not hold what is to be changed");
        Assert.That(Diff(schema), Has.Some.StartsWith(expected + " is "));
    }

    [Test]
    public void A_message_that_only_one_side_has_is_reported()
    {
        SchemaSet set = TestSchemas.CompileGood(Schema + "\ndata More\n  versions 0\n  flexible none\nfields {\n}");
        Assert.That(
            SchemaDiff.Compare(set, [ReferenceMessage.Parse(Request)]),
            Is.EqualTo(new[] { "More: existence is a schema, the definition says none", "SampleResponse: existence is a schema, the definition says none" }));
        Assert.That(
            SchemaDiff.Compare(new SchemaSet(), [ReferenceMessage.Parse(Response)]),
            Is.EqualTo(new[] { "SampleResponse: existence is none, the definition says a definition" }));
        ReferenceMessage removed = ReferenceMessage.Parse(Response.Replace("\"1-4\"", "\"none\"", StringComparison.Ordinal));
        Assert.That(SchemaDiff.Compare(new SchemaSet(), [removed]), Is.Empty);
    }

    [Test]
    public void The_projects_schemas_agree_with_Kafkas_definitions()
    {
        if (TestSchemas.Definitions is not { } folder)
        {
            TestContext.Out.WriteLine("Kafka's definitions are not here, so nothing was compared");
            return;
        }

        var diagnostics = new Diagnostics();
        SchemaSet set = SchemaLoader.Load(TestSchemas.Folders, diagnostics);
        Assert.That(diagnostics.All, Is.Empty);
        List<ReferenceMessage> definitions = [.. Directory.EnumerateFiles(folder, "*.json").Select(path => ReferenceMessage.Parse(File.ReadAllText(path)))];
        Assert.That(definitions, Has.Count.GreaterThan(200));
        Assert.That(SchemaDiff.Compare(set, definitions), Is.Empty);
    }

    [Test]
    public void A_change_to_any_field_of_the_projects_schemas_is_reported()
    {
        if (TestSchemas.Definitions is not { } folder)
        {
            TestContext.Out.WriteLine("Kafka's definitions are not here, so nothing was compared");
            return;
        }

        List<ReferenceMessage> definitions = [.. Directory.EnumerateFiles(folder, "*.json").Select(path => ReferenceMessage.Parse(File.ReadAllText(path)))];
        List<string> files = [.. TestSchemas.Folders.SelectMany(path => Directory.EnumerateFiles(path, "*.kschema"))];
        string fetch = files.Single(path => path.EndsWith("-Fetch.kschema", StringComparison.Ordinal));
        string[] lines = File.ReadAllLines(fetch);
        int changed = 0;
        for (int i = Array.FindIndex(lines, line => line.StartsWith("request", StringComparison.Ordinal)) + 1; i < lines.Length; i++)
        {
            // Turning lossy round is a change every field can bear.
            string line = lines[i].Split('#')[0].TrimEnd();
            if (line.Trim() is "" or "}" || line.EndsWith('{'))
            {
                continue;
            }

            string[] copy = [.. lines];
            copy[i] = line.EndsWith("lossy", StringComparison.Ordinal) ? line[..^"lossy".Length] : line + " lossy";
            var diagnostics = new Diagnostics();
            List<SchemaFile> parsed = [.. files.Select(path => Parser.Parse(path, path == fetch ? string.Join('\n', copy) : File.ReadAllText(path), diagnostics))];
            SchemaSet set = Checker.Check(parsed, diagnostics);
            Assert.That(diagnostics.All, Is.Empty, line);
            IReadOnlyList<string> differences = SchemaDiff.Compare(set, definitions);
            Assert.That(differences, Has.Count.EqualTo(1), line);
            Assert.That(differences[0], Does.Contain("ignorable"), line);
            if (++changed == 12)
            {
                break;
            }
        }

        Assert.That(changed, Is.EqualTo(12));
    }

    private static IReadOnlyList<string> Diff(string schema) =>
        SchemaDiff.Compare(TestSchemas.CompileGood(schema), [ReferenceMessage.Parse(Request), ReferenceMessage.Parse(Response)]);
}
