using System.Text;

namespace Kafka.Modular.Configuration.Tests;

/// <summary>Reads the tables of Kafka's own configuration keys, where they are at hand.</summary>
internal static class ReferenceFacts
{
    /// <summary>The rows of a table by column name, or null where the tables are missing.</summary>
    public static List<Dictionary<string, string>>? Read(string file)
    {
        if (Folder() is not { } folder)
        {
            TestContext.Progress.WriteLine($"{file} is not at hand, its facts are not compared");
            return null;
        }

        var lines = File.ReadAllLines(Path.Combine(folder, file));
        var header = Split(lines[0]);
        return [.. lines.Skip(1).Select(line => header.Zip(Split(line)).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal))];
    }

    private static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("KAFKA_MODULAR_REFERENCE") is { Length: > 0 } given)
        {
            return given;
        }

        for (var at = new DirectoryInfo(TestContext.CurrentContext.TestDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, "shared", "reference");
            if (Directory.Exists(folder))
            {
                return folder;
            }
        }

        return null;
    }

    private static List<string> Split(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        foreach (var c in line)
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(c);
            }
        }

        cells.Add(cell.ToString());
        return cells;
    }
}
