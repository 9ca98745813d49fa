using System.Text;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Schemas.Compiler.Checking;
using Kafka.Modular.Schemas.Compiler.Emit;
using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Fuzz.Tests;

/// <summary>Whatever the text, parsing a schema ends with a schema or with errors that have a place.</summary>
public sealed class SchemaFuzzTests
{
    private static readonly string[] Words = ["{", "}", "[", "]", "?", "=", "@", "..", "\"", "#", "\n", "request {", "history", "struct S {", "int32", "99999999999", "-", "0x", "tag"];

    [Test]
    public void Committed_inputs_do_no_harm()
    {
        string[] files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Corpus"), "*.kschema");
        Assert.That(files, Is.Not.Empty);
        foreach (string path in files)
        {
            Compile(File.ReadAllText(path));
        }
    }

    [Test]
    public void Mutated_schemas_do_no_harm()
    {
        var random = new SeededRandomSource(4711);
        string[] files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Corpus"), "*.kschema");
        for (int round = 0; round < 2000; round++)
        {
            string text = File.ReadAllText(files[random.Next(files.Length)]);
            for (int left = 1 + random.Next(4); left > 0; left--)
            {
                int at = random.Next(text.Length + 1);
                int to = Math.Min(text.Length, at + random.Next(12));
                text = random.Next(3) switch
                {
                    0 => text[..at] + text[to..],
                    1 => text[..at] + Words[random.Next(Words.Length)] + text[at..],
                    _ => text[..at] + Encoding.Latin1.GetString(Mutation.Mutate(Encoding.Latin1.GetBytes(text[at..to]), random)) + text[to..],
                };
            }

            Compile(text);
        }
    }

    private static void Compile(string text)
    {
        var diagnostics = new Diagnostics();
        SchemaFile file = Parser.Parse("fuzz.kschema", text, diagnostics);
        SchemaSet set = Checker.Check([file], diagnostics);
        Assert.That(diagnostics.All, Has.All.Matches<Diagnostic>(error => error.Position.Line > 0 && error.Position.Column > 0));
        if (diagnostics.Any)
        {
            return;
        }

        foreach (Message message in set.Messages)
        {
            MessageEmitter.Emit(message, set.Errors?.Name);
        }
    }
}
