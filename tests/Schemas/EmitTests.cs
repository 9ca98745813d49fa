using Kafka.Modular.Schemas.Compiler.Checking;
using Kafka.Modular.Schemas.Compiler.Emit;
using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Schemas.Compiler.Tests;

public sealed class EmitTests
{
    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("schemas-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, true);

    [Test]
    public void A_second_run_changes_no_file_and_a_removed_schema_takes_its_file_with_it()
    {
        string schemas = Path.Combine(folder, "schemas");
        string output = Path.Combine(folder, "out");
        Directory.CreateDirectory(schemas);
        Directory.CreateDirectory(output);
        File.WriteAllText(Path.Combine(schemas, "a.kschema"), "data A\n  versions 0\n  flexible none\nfields {\n  X int32\n}\n");
        File.WriteAllText(Path.Combine(schemas, "b.kschema"), "data B\n  versions 0\n  flexible none\nfields {\n  X int32\n}\n");
        File.WriteAllText(Path.Combine(output, "mine.txt"), "not generated");
        Assert.That(ProtocolVerbs.Emit(["--out", output, schemas]), Is.Zero);
        DateTime then = DateTime.UtcNow.AddDays(-1);
        foreach (string path in Directory.EnumerateFiles(output))
        {
            File.SetLastWriteTimeUtc(path, then);
        }

        File.Delete(Path.Combine(schemas, "b.kschema"));
        Assert.That(ProtocolVerbs.Emit(["--out", output, schemas]), Is.Zero);
        Assert.That(File.Exists(Path.Combine(output, "B.g.cs")), Is.False);
        Assert.That(File.Exists(Path.Combine(output, "mine.txt")), Is.True);
        Assert.That(File.GetLastWriteTimeUtc(Path.Combine(output, "A.g.cs")), Is.EqualTo(then).Within(TimeSpan.FromSeconds(1)));
        Assert.That(File.GetLastWriteTimeUtc(Path.Combine(output, "MessageCatalog.g.cs")), Is.GreaterThan(then.AddHours(1)));
    }

    [Test]
    public void A_schema_with_an_error_writes_nothing()
    {
        string schema = Path.Combine(folder, "a.kschema");
        string output = Path.Combine(folder, "out");
        File.WriteAllText(schema, "data A\n  versions 0\n  flexible none\nfields {\n  X int33\n}\n");
        Assert.That(ProtocolVerbs.Emit(["--out", output, schema]), Is.EqualTo(1));
        Assert.That(Directory.Exists(output), Is.False);
        Assert.That(ProtocolVerbs.Check([schema]), Is.EqualTo(1));
    }

    [Test]
    public void A_struct_named_as_a_property_beside_it_is_called_data()
    {
        SchemaSet set = TestSchemas.CompileGood("data A\n  versions 0\n  flexible none\nfields {\n  State State {\n    X int32\n  }\n  Rows [Row] {\n    Row int32\n  }\n  Others [Other] {\n    X int32\n  }\n}\n");
        Assert.That(set.Messages[0].Structs.Select(node => node.ClassName), Is.EqualTo(new[] { "StateData", "RowData", "Other" }));
    }

    [Test]
    public void A_version_is_only_asked_for_where_a_range_differs_from_its_parents()
    {
        SchemaSet set = TestSchemas.CompileGood("""
            data A
              versions 2..6
              flexible none
            fields {
              Always  int32
              Late    int32       @4..
              Early   int32       @..4  lossy
              Middle  [Row] {     @3..5
                X     int32
                Y     int32       @4..
              }
            }
            """);
        string[] code = [.. MessageEmitter.Emit(set.Messages[0], null).Split('\n').Select(line => line.Trim())];
        Assert.That(code, Has.Member("it.Always = reader.ReadInt32();"));
        Assert.That(code, Has.Member("if (version >= 4) it.Late = reader.ReadInt32();"));
        Assert.That(code, Has.Member("if (version <= 4) writer.WriteInt32(Early);"));
        Assert.That(code, Has.Member("else if (!(Late == 0)) throw UnsupportedVersionException.Lacks(\"A\", \"Late\", version);"));
        Assert.That(code, Has.Member("if (version >= 3 && version <= 5) it.Middle = reader.ReadStructList<Row>(false, false, version)!;"));
        Assert.That(code, Has.Member("it.X = reader.ReadInt32();"));
        Assert.That(code, Has.Member("if (version >= 4) it.Y = reader.ReadInt32();").And.None.StartsWith("if (version >= 2)"));
    }

    [Test]
    public void The_projects_schemas_are_in_order()
    {
        var diagnostics = new Diagnostics();
        SchemaSet set = SchemaLoader.Load(TestSchemas.Folders, diagnostics);
        Assert.That(diagnostics.All, Is.Empty, string.Join('\n', diagnostics.All));
        Assert.That(set.Messages, Has.Count.GreaterThan(200));
        Assert.That(set.Errors!.Codes, Has.Count.GreaterThan(100));
    }
}
