using Kafka.Modular.Schemas.Compiler.Checking;
using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Schemas.Compiler;

/// <summary>Reads and checks the protocol and record schemas of some folders and files.</summary>
internal static class SchemaLoader
{
    /// <summary>Reads every <c>.kschema</c> file of the paths and checks them together.</summary>
    public static SchemaSet Load(IEnumerable<string> paths, Diagnostics diagnostics)
    {
        var files = new List<SchemaFile>();
        foreach (string path in paths.SelectMany(Expand))
        {
            files.Add(Parser.Parse(path, File.ReadAllText(path), diagnostics));
        }

        // What was not understood leaves gaps, and complaints about gaps would only mislead.
        return diagnostics.Any ? new SchemaSet() : Checker.Check(files, diagnostics);
    }

    private static IEnumerable<string> Expand(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*.kschema").Order(StringComparer.Ordinal)
        : [path];
}
