namespace Kafka.Modular.Schemas.Compiler.Tests;

public sealed class CheckerTests
{
    [TestCase("A int32 = \"x\"", "'x' is no int32")]
    [TestCase("A int8 = 200", "'200' is no int8")]
    [TestCase("A uint16 = -1", "'-1' is no uint16")]
    [TestCase("A bool = 1", "'1' is no bool")]
    [TestCase("A string = 1", "'1' is no string")]
    [TestCase("A string = null", "A is not nullable, so null cannot be its default")]
    [TestCase("A [int32] = 3", "a field of this type has no default other than null")]
    [TestCase("A uuid = \"x\"", "a field of this type has no default other than null")]
    [TestCase("A int32?", "int32 cannot be null")]
    [TestCase("A [records]", "a list of records has no encoding")]
    [TestCase("A [bool]", "a list of bool has no encoding here")]
    [TestCase("A string slice", "only bytes can be a slice")]
    [TestCase("A int32 flexible none", "'flexible none' is for strings and bytes")]
    [TestCase("A int32 tag 0", "A is tagged in 2..6, but only 4..6 is flexible")]
    [TestCase("A int32 tag 10001 @4..", "tag 10001 is not between 0 and 9999")]
    [TestCase("A int32 key tag 1 @4..", "a key cannot be tagged")]
    [TestCase("A int32 @1..3", "the range 1..3 is not inside 2..6")]
    [TestCase("A int32 @3..9", "the range 3..9 is not inside 2..6")]
    [TestCase("A int32 @8..", "the range 8.. is not inside 2..6")]
    [TestCase("A string?9.. @3..", "the nullable range 9.. is not inside 3..6")]
    [TestCase("A string?3..9", "the nullable range 3..9 is not inside 2..6")]
    [TestCase("A Nowhere", "the type Nowhere is not known here")]
    [TestCase("A int32\nA int32", "the field A is defined twice")]
    [TestCase("a int32", "a field's name begins with a capital letter and holds letters and digits: a")]
    [TestCase("A-B int32", "a field's name begins with a capital letter and holds letters and digits: A-B")]
    [TestCase("UnknownTags int32", "no field can be called UnknownTags")]
    [TestCase("A int32 tag 1 @4..\nB int32 tag 1 @4..", "tag 1 is taken")]
    [TestCase("A S {\nB int32\n}\nC S {\nD int32\n}", "the struct S is defined twice")]
    [TestCase("A int32 {\nB int32\n}", "int32 is no struct and has no fields")]
    [TestCase("struct S {\nA int32\n}", "the struct S is used nowhere")]
    [TestCase("struct S {\nA [S]\n}\nB S", "the struct S contains itself")]
    [TestCase("A S {\nB [T] {\nC [S]\n}\n}", "the struct S contains itself")]
    [TestCase("struct S @4.. {\nA int32\n}\nB S", "B is there in 2..6, but S only in 4..6")]
    [TestCase("struct uuid {\nA int32\n}\nB uuid", "uuid is the name of a type")]
    [TestCase("A string? = null tag 1 @4..\nB string?5.. = null tag 2 @4..", "B is tagged and null by default, so it must be nullable in every version")]
    public void A_field_that_contradicts_itself_is_refused(string fields, string expected)
    {
        List<string> errors = TestSchemas.Compile($"data X\n  versions 2..6\n  flexible 4..\nfields {{\n{fields}\n}}").Errors;
        Assert.That(errors.Select(error => error[(error.IndexOf(' ', StringComparison.Ordinal) + 1)..]), Has.Member(expected));
    }

    [TestCase("data X\n flexible none\nfields {\n}", "X lacks 'versions'")]
    [TestCase("data X\n versions 0\nfields {\n}", "X lacks 'flexible'")]
    [TestCase("data X\n versions 0..\n flexible none\nfields {\n}", "'versions' needs an upper end")]
    [TestCase("data X\n versions 0..4\n flexible 1..3\nfields {\n}", "'flexible' is 'none' or has no upper end")]
    [TestCase("data X\n versions 0\n flexible none\n serves broker\nfields {\n}", "'serves' has no meaning for data")]
    [TestCase("data X\n versions 0\n flexible none\nrequest {\n}", "data has no block 'request'")]
    [TestCase("api X 1\n versions 0\n flexible none\nrequest {\n}", "X needs one block 'response'")]
    [TestCase("api X 1\n versions 0\n flexible none\n serves brokers\nrequest {\n}\nresponse {\n}", "'brokers' is none of broker, controller")]
    [TestCase("api X 1\n versions 0\n flexible none\n serves broker broker\nrequest {\n}\nresponse {\n}", "'serves' names something twice")]
    [TestCase("api X 1\n versions 3..5\n flexible none\n advertise 0..4\nhistory\n 4..5 -\nrequest {\n}\nresponse {\n}", "what is advertised must end with the highest version, 5")]
    [TestCase("api X 1\n versions 3..5\n flexible none\n unstable 6\nhistory\n 4..5 -\nrequest {\n}\nresponse {\n}", "6 is none of the versions 3..5")]
    [TestCase("api X 1\n versions 3..5\n flexible none\nhistory\n 4 -\nrequest {\n}\nresponse {\n}", "the history of X does not say what version 5 brought")]
    [TestCase("data X\n versions 3..5\n flexible none\nhistory\n 2 -\nfields {\n}", "2 is outside of the versions 3..5")]
    [TestCase("coordinator X 1\n versions 0\n flexible none\nkey {\n}\nvalue {\n}", "X lacks 'log'")]
    [TestCase("data X\n versions 0\n flexible none\nfields {\n}\ndata X\n versions 0\n flexible none\nfields {\n}", "X is declared twice, also at test.kschema(1,1)")]
    [TestCase("metadata X 3\n versions 0\n flexible none\nfields {\n}\nmetadata Y 3\n versions 0\n flexible none\nfields {\n}", "the number 3 is taken by the declaration at test.kschema(1,1)")]
    [TestCase("metadata X 70000\n versions 0\n flexible none\nfields {\n}", "70000 is not a number between 0 and 32767")]
    [TestCase("type Id float64", "'float64' cannot carry a declared type (int16, int32, int64 and string can)")]
    [TestCase("type Id int32\ntype Id int64", "the type Id is declared twice")]
    [TestCase("errors E int16 {\n A 1\n B 1\n}", "B 1 is declared twice")]
    [TestCase("errors E int16 {\n A 40000\n}", "40000 is no int16")]
    [TestCase("api X 1\n versions 0\n flexible none\n view request\nrequest {\n A [string]\n}\nresponse {\n}", "a view cannot have A: lists are of structs or int32, structs are not nullable")]
    public void A_declaration_that_contradicts_itself_is_refused(string text, string expected)
    {
        List<string> errors = TestSchemas.Compile(text).Errors;
        Assert.That(errors.Select(error => error[(error.IndexOf(' ', StringComparison.Ordinal) + 1)..]), Has.Member(expected));
    }

    [Test]
    public void Two_logs_may_use_the_same_record_number() => TestSchemas.CompileGood("""
        coordinator One 0
          versions 0
          flexible none
          log group
        key {
        }
        value {
        }
        coordinator Two 0
          versions 0
          flexible none
          log share
        key {
        }
        value {
        }
        """);
}
