using System.Text;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Configuration.Sources;

namespace Kafka.Modular.Cli.Storage;

/// <summary><c>kafka-storage info</c>: which log directories there are, what they are formatted for, what is wrong with them.</summary>
internal static class StorageInfo
{
    private const string FileName = "meta.properties";

    /// <summary>Writes what is known of the directories.</summary>
    /// <returns>The exit code: 1 when there is a problem.</returns>
    public static int Write(IEnumerable<string> directories, bool asJson, TextWriter writer)
    {
        var found = new List<string>();
        var problems = new List<string>();
        SortedDictionary<string, string>? first = null;
        foreach (var directory in directories.Order(StringComparer.Ordinal))
            Look(directory, found, problems, ref first);
        if (asJson)
        {
            OutputTable.WriteJson(writer, json =>
            {
                json.WriteStartObject();
                json.WritePropertyName("directories");
                OutputTable.WriteValue(json, found);
                json.WriteStartObject("metadata");
                foreach (var (key, value) in first ?? [])
                    json.WriteString(key, value);
                json.WriteEndObject();
                json.WritePropertyName("problems");
                OutputTable.WriteValue(json, problems);
                json.WriteEndObject();
            });
        }
        else
        {
            WriteText(found, problems, first, writer);
        }

        return problems.Count == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static void WriteText(List<string> found, List<string> problems, SortedDictionary<string, string>? first, TextWriter writer)
    {
        WriteList(found, "Found log directory:", "Found log directories:", writer);
        if (first is not null)
        {
            writer.WriteLine($"Found metadata: {{{string.Join(", ", first.Select(static pair => $"{pair.Key}={pair.Value}"))}}}");
            writer.WriteLine();
        }

        WriteList(problems, "Found problem:", "Found problems:", writer);
    }

    private static void WriteList(List<string> lines, string one, string many, TextWriter writer)
    {
        if (lines.Count == 0)
            return;
        writer.WriteLine(lines.Count == 1 ? one : many);
        foreach (var line in lines)
            writer.WriteLine($"  {line}");
        writer.WriteLine();
    }

    private static void Look(string directory, List<string> found, List<string> problems, ref SortedDictionary<string, string>? first)
    {
        if (!Directory.Exists(directory))
        {
            problems.Add(File.Exists(directory) ? $"{directory} is not a directory" : $"{directory} does not exist");
            return;
        }

        found.Add(directory);
        var path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
        {
            problems.Add($"{directory} is not formatted.");
            return;
        }

        var own = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in PropertiesReader.Read(File.ReadAllText(path, Encoding.Latin1), path).Entries)
            own[entry.Name] = entry.Text ?? "";
        if (!own.ContainsKey("cluster.id") || !own.ContainsKey("node.id"))
            problems.Add($"Error loading {path}: it lacks cluster.id or node.id");
        else if (first is null)
            first = own;
        else if (first["cluster.id"] != own["cluster.id"])
            problems.Add("Mismatched cluster IDs between storage directories.");
        else if (first["node.id"] != own["node.id"])
            problems.Add("Mismatched node IDs between storage directories.");
    }
}
