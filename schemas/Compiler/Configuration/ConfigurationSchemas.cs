using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Schemas.Compiler.Configuration;

/// <summary>Loads all configuration schemas of a folder.</summary>
internal static class ConfigurationSchemas
{
    /// <summary>Reads and checks them.</summary>
    /// <param name="folder">Folder of the <c>.kschema</c> files.</param>
    /// <param name="errors">What is wrong, with file, line and column.</param>
    public static IReadOnlyList<KeySchemaBlock> Load(string folder, out IReadOnlyList<KeySchemaError> errors)
    {
        var blocks = new List<KeySchemaBlock>();
        var all = new List<KeySchemaError>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.kschema").Order(StringComparer.Ordinal))
        {
            blocks.AddRange(KeySchemaParser.Parse(File.ReadAllText(file), file, out var found));
            all.AddRange(found);
        }

        if (blocks.Count == 0 && all.Count == 0)
        {
            all.Add(new(folder, 1, 1, "there are no configuration schemas here"));
        }

        if (all.Count == 0)
        {
            all.AddRange(ConfigurationChecker.Check(blocks));
        }

        errors = all;
        return blocks;
    }
}
