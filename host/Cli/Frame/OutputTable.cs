using System.Globalization;
using System.Text.Json;

namespace Kafka.Modular.Cli.Frame;

/// <summary>
/// Rows under named columns, as text in columns or as an array of JSON objects. A cell is a string, a number, a boolean, a list of those, or null;
/// null is <c>-</c> in the text.
/// </summary>
internal sealed class OutputTable(params string[] columns)
{
    private static readonly JsonWriterOptions s_json = new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };
    private readonly List<object?[]> _rows = [];

    /// <summary>The rows.</summary>
    public IReadOnlyList<object?[]> Rows => _rows;

    /// <summary>Adds a row with one cell per column.</summary>
    public void Add(params object?[] cells) => _rows.Add(cells);

    /// <summary>A cell as text.</summary>
    public static string Text(object? cell) => cell switch
    {
        null => "-",
        string text => text,
        bool flag => flag ? "true" : "false",
        System.Collections.IEnumerable list => string.Join(",", list.Cast<object?>().Select(Text)),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        _ => cell.ToString() ?? "",
    };

    /// <summary>
    /// Writes the rows under a line of column names, each column as wide as its widest cell and one space between two, as Kafka's tools do for groups.
    /// </summary>
    public void WriteColumns(TextWriter writer, int minimum = 0)
    {
        int[] widths = [.. columns.Select((name, i) => Math.Max(Math.Max(name.Length, minimum), _rows.Count == 0 ? 0 : _rows.Max(row => Text(row[i]).Length)))];
        WriteRow(columns, widths, writer);
        foreach (var row in _rows)
            WriteRow(row, widths, writer);
    }

    /// <summary>Writes the rows as a JSON array of objects, which have the columns' names in camel case.</summary>
    public void WriteJson(TextWriter writer) => WriteJson(writer, json =>
    {
        json.WriteStartArray();
        foreach (var row in _rows)
            WriteObject(json, row);
        json.WriteEndArray();
    });

    /// <summary>Writes any JSON, indented, with a line end behind it.</summary>
    public static void WriteJson(TextWriter writer, Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, s_json))
            write(json);
        writer.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <summary>Writes a cell as JSON.</summary>
    public static void WriteValue(Utf8JsonWriter json, object? cell)
    {
        switch (cell)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int or short or byte or long:
                json.WriteNumberValue(Convert.ToInt64(cell, CultureInfo.InvariantCulture));
                break;
            case double value:
                json.WriteNumberValue(value);
                break;
            case System.Collections.IEnumerable list:
                json.WriteStartArray();
                foreach (var item in list)
                    WriteValue(json, item);
                json.WriteEndArray();
                break;
            default:
                json.WriteStringValue(cell.ToString());
                break;
        }
    }

    private void WriteObject(Utf8JsonWriter json, object?[] row)
    {
        json.WriteStartObject();
        for (var i = 0; i < columns.Length; i++)
        {
            json.WritePropertyName(CamelCase(columns[i]));
            WriteValue(json, row[i]);
        }

        json.WriteEndObject();
    }

    private static string CamelCase(string column)
    {
        var words = column.Split('-', ' ', '_');
        return string.Concat(words.Select(static (word, i) => i == 0 ? word.ToLowerInvariant() : char.ToUpperInvariant(word[0]) + word[1..].ToLowerInvariant()));
    }

    private static void WriteRow(object?[] cells, int[] widths, TextWriter writer)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
                writer.Write(' ');
            writer.Write(i == cells.Length - 1 ? Text(cells[i]) : Text(cells[i]).PadRight(widths[i]));
        }

        writer.WriteLine();
    }
}
