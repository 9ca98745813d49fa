using System.Text.Json;
using Kafka.Modular.Cli.Frame;

namespace Kafka.Modular.Cli.Admin;

/// <summary>Reads the JSON files that tools take: <c>{"partitions": [{"topic": "foo", "partition": 1, …}], "version": 1}</c>.</summary>
internal static class PartitionJson
{
    /// <summary>The elements of an array of the file.</summary>
    /// <param name="text">The file.</param>
    /// <param name="field">The array's name.</param>
    /// <exception cref="ToolException">It is no such file.</exception>
    public static IReadOnlyList<JsonElement> Read(string text, string field)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw new ToolException("The input string is not a valid JSON");
            if (root.TryGetProperty("version", out var version) && (version.ValueKind != JsonValueKind.Number || version.GetInt32() != 1))
                throw new ToolException($"Not supported version field value {version}");
            if (!root.TryGetProperty(field, out var array) || array.ValueKind != JsonValueKind.Array)
                throw new ToolException($"Missing {field} field");
            return [.. array.EnumerateArray().Select(static element => element.Clone())];
        }
        catch (JsonException fault)
        {
            throw new ToolException("The input string is not a valid JSON", fault);
        }
    }

    /// <summary>A text of an element.</summary>
    /// <exception cref="ToolException">It is missing or no text.</exception>
    public static string String(JsonElement element, string field) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new ToolException($"Expected `{field}` with a text in {element}");

    /// <summary>A whole number of an element.</summary>
    /// <exception cref="ToolException">It is missing or no number.</exception>
    public static long Number(JsonElement element, string field) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : throw new ToolException($"Expected `{field}` with a whole number in {element}");
}
