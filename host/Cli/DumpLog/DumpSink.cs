using System.Text.Json;
using Kafka.Modular.Cli.Frame;

namespace Kafka.Modular.Cli.DumpLog;

/// <summary>JSON that a decoder made: text in a line, an object in a JSON document.</summary>
internal sealed record JsonText(string Text)
{
    public override string ToString() => Text;
}

/// <summary>Takes what is in a file, entry by entry: as lines of <c>name: value</c>, or for <c>-o json</c> as objects.</summary>
internal sealed class DumpSink(TextWriter writer, bool isJson)
{
    // Kafka puts no colon behind these.
    private static readonly string[] s_bare = ["SnapshotHeader", "SnapshotFooter", "KRaftVersion", "KRaftVoters"];
    private readonly List<(string File, (string Name, object? Value)[] Fields)> _entries = [];
    private string _file = "";

    /// <summary>Begins a file.</summary>
    public void Begin(string file)
    {
        _file = file;
        Say($"Dumping {file}");
    }

    /// <summary>A line for people; it is not in the JSON document.</summary>
    public void Say(string line)
    {
        if (!isJson)
            writer.WriteLine(line);
    }

    /// <summary>An entry. A field without a value is left out.</summary>
    /// <param name="prefix">What the line begins with.</param>
    /// <param name="fields">The fields in order.</param>
    public void Add(string prefix, params (string Name, object? Value)[] fields)
    {
        if (isJson)
            _entries.Add((_file, fields));
        else
            writer.WriteLine(prefix + string.Join(' ', fields.Where(static field => field.Value is not null).Select(static field =>
                field.Name.Length == 0 || s_bare.Contains(field.Name) ? $"{field.Name} {Text(field.Value)}".TrimStart() : $"{field.Name}: {Text(field.Value)}")));
    }

    /// <summary>Writes the JSON document, if that is what is asked for.</summary>
    public void Finish()
    {
        if (!isJson)
            return;
        OutputTable.WriteJson(writer, json =>
        {
            json.WriteStartArray();
            foreach (var (file, fields) in _entries)
                WriteEntry(json, file, fields);
            json.WriteEndArray();
        });
    }

    private static void WriteEntry(Utf8JsonWriter json, string file, (string Name, object? Value)[] fields)
    {
        json.WriteStartObject();
        json.WriteString("file", file);
        foreach (var (name, value) in fields.Where(static field => field.Name.Length > 0))
        {
            json.WritePropertyName(name);
            if (value is JsonText text)
                json.WriteRawValue(text.Text);
            else
                OutputTable.WriteValue(json, value);
        }

        json.WriteEndObject();
    }

    private static string Text(object? value) => value is string[] list ? $"[{string.Join(',', list)}]" : OutputTable.Text(value);
}
