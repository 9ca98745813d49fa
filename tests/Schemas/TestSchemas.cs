using Kafka.Modular.Schemas.Compiler.Checking;
using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Schemas.Compiler.Tests;

/// <summary>Schemas for tests: from text, or the project's own.</summary>
internal static class TestSchemas
{
    /// <summary>The repository's top folder.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The project's schemas.</summary>
    public static string[] Folders { get; } = [Path.Combine(Repository, "schemas", "protocol"), Path.Combine(Repository, "schemas", "records")];

    /// <summary>Kafka's definitions, or null where they are not at hand.</summary>
    public static string? Definitions { get; } = FindDefinitions();

    /// <summary>Parses and checks text; errors as "line:column message".</summary>
    public static (SchemaSet Set, List<string> Errors) Compile(string text)
    {
        var diagnostics = new Diagnostics();
        SchemaFile file = Parser.Parse("test.kschema", text, diagnostics);
        SchemaSet set = diagnostics.Any ? new SchemaSet() : Checker.Check([file], diagnostics);
        return (set, [.. diagnostics.All.Select(error => $"{error.Position.Line}:{error.Position.Column} {error.Message}")]);
    }

    /// <summary>Compiles text that has to be in order.</summary>
    public static SchemaSet CompileGood(string text)
    {
        (SchemaSet set, List<string> errors) = Compile(text);
        Assert.That(errors, Is.Empty, string.Join('\n', errors));
        return set;
    }

    private static string FindRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Kafka.Modular.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests do not stand inside the repository");
    }

    private static string? FindDefinitions()
    {
        string? given = Environment.GetEnvironmentVariable("KAFKA_MODULAR_REFERENCE");
        for (DirectoryInfo? folder = new(Repository); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(given ?? Path.Combine(folder.FullName, "shared", "reference"), "protocol", "messages");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
