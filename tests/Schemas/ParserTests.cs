using Kafka.Modular.Schemas.Compiler.Checking;
using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Schemas.Compiler.Tests;

public sealed class ParserTests
{
    private const string Sample = """
        # What it is for.
        # Two lines.
        api Sample 7
          versions 4..9
          flexible 8..
          serves   broker controller
          unstable 9
        history
          5     KIP-1   something: with (odd) "signs" & more
          6..8  -
          9     KIP-2   more
        request {
          struct Shared @6.. {
            Value  int64
          }
          # A doc.
          Name     TopicName? = null  key  @..7
          Count    int32 = 0x7f            @5..6  lossy
          Inner    Thing? = null {         @6..
            Flag   bool = true
            Bytes  bytes slice
          }
          Items    [Shared]?7..            @6..
          Later    string? = null  tag 3   @8..
        }
        response {
        }
        type TopicName string
        """;

    [Test]
    public void Every_part_of_a_message_is_understood()
    {
        SchemaSet set = TestSchemas.CompileGood(Sample);
        Assert.That(set.Messages.Select(message => message.Name), Is.EqualTo(new[] { "SampleRequest", "SampleResponse" }));
        Message request = set.Messages[0];
        Assert.That(request.Root.Doc, Is.EqualTo("What it is for. Two lines."));
        Assert.That(request.Versions, Is.EqualTo(new VersionRange(4, 9)));
        Assert.That(request.Flexible, Is.EqualTo(new VersionRange(8, 9)));
        Assert.That(request.Node.History, Has.Count.EqualTo(3));
        Assert.That(request.Node.History[0].Text, Is.EqualTo("something: with (odd) \"signs\" & more"));
        Field name = request.Root.Fields[0];
        Assert.That((name.Declared, name.Node.IsKey, name.Versions, name.Nullable, name.DefaultsToNull, name.Node.Doc),
            Is.EqualTo(("TopicName", true, new VersionRange(4, 7), new VersionRange(4, 7), true, "A doc.")));
        Field count = request.Root.Fields[1];
        Assert.That((count.Versions, count.IsLossy, count.Node.Default!.Text), Is.EqualTo((new VersionRange(5, 6), true, "0x7f")));
        Field inner = request.Root.Fields[2];
        Assert.That(inner.Struct!.Versions, Is.EqualTo(new VersionRange(6, 9)));
        Assert.That(inner.Struct.Fields.Select(field => field.Name), Is.EqualTo(new[] { "Flag", "Bytes" }));
        Field items = request.Root.Fields[3];
        Assert.That((items.IsList, items.Struct!.IsShared, items.Nullable), Is.EqualTo((true, true, new VersionRange(7, 9))));
        Assert.That(request.Root.Fields[4].Tag, Is.EqualTo(3));
    }

    [Test]
    public void Line_ends_of_Windows_and_a_byte_order_mark_do_no_harm() =>
        TestSchemas.CompileGood("\uFEFF" + Sample.Replace("\n", "\r\n", StringComparison.Ordinal));

    [TestCase("data X\n  versions 0\n  flexible none\nfields {\n  A int32 ;\n}", "5:11 unexpected character ';'")]
    [TestCase("data X\n  versions 0\n  flexible none\nfields {\n  A string = \"x\n}", "5:14 the text has no closing quote")]
    [TestCase("data X\n  versions 0\n  flexible none\nfields {\n  A\n}", "5:4 expected a type, found the end of the line")]
    [TestCase("data X\n  versions 0\n  flexible none\nfields {\n  A [int32\n}", "5:11 expected ']', found the end of the line")]
    [TestCase("data X\n  versions 0\n  flexible none\nfields {\n  A int32 lossi\n}", "5:11 expected key, tag, @range, lossy, slice or 'flexible none', found 'lossi'")]
    [TestCase("data X\n  versions 0\n  flexible none\nfields {\n  A int32 key key\n}", "5:15 this is given twice")]
    [TestCase("data X\n  versions 0\n  flexible none\nfields {\n  A int32 @7..3\n}", "5:12 the range 7..3 holds no version")]
    [TestCase("data X\n  versions 0\n  flexible none\nfields {\n  A int32 @..\n}", "5:12 a version range needs a lower or an upper end")]
    [TestCase("data X\n  versions 0\n  flexible none\nfields {\n  A int32 @99999\n}", "5:12 99999 is not a version (0 to 32766)")]
    [TestCase("data X\n  versions 0\n  flexible none\nfields {\n  A int32\n", "4:1 the block that begins here is not closed")]
    [TestCase("data X\n  versions 0\n  versions 0\n  flexible none\nfields {\n}", "3:3 'versions' is given twice")]
    [TestCase("data X\n  versiones 0\n  flexible none\nfields {\n}", "2:3 'versiones' is neither a property nor a block")]
    [TestCase("data X\n  versions 0\n  flexible none\nhistory\n  0 kip seven\nfields {\n}", "5:3 a history row is: version or range, KIP-number or -, text")]
    [TestCase("api X\n", "1:6 expected the number of the api or record type, found the end of the line")]
    [TestCase("apis X 1\n", "1:1 'apis' begins no declaration")]
    [TestCase("type X\n", "1:7 expected the wire type, found the end of the line")]
    [TestCase("errors E int16 {\n  NONE\n}\n", "2:7 expected an error code, found the end of the line")]
    public void What_is_not_understood_is_named_with_line_and_column(string text, string expected) =>
        Assert.That(TestSchemas.Compile(text).Errors, Has.Member(expected));

    [Test]
    public void One_run_reports_every_line_that_is_wrong_and_nothing_that_follows_from_it()
    {
        List<string> errors = TestSchemas.Compile("""
            data X
              versions 0
              flexible none
            fields {
              A  int32 = {
                Inside  int32
              }
              B  int32 lossy
              C  !
              D  [Thing] { wrong
                E  int32
                F  [More] {
                  G int32
                }
              }
            }
            """).Errors;
        Assert.That(errors.Select(error => error.Split(' ')[0]), Is.EqualTo(new[] { "5:14", "9:6", "9:6", "10:16" }));
    }

    [Test]
    public void Structs_nested_beyond_reason_are_refused()
    {
        string text = "data X\n  versions 0\n  flexible none\nfields {\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"A{i} S{i} {{\n"));
        Assert.That(TestSchemas.Compile(text).Errors, Has.Some.Contains("nested deeper than 32"));
    }
}
