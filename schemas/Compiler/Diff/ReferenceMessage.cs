using System.Globalization;
using System.Text.Json;
using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Schemas.Compiler.Diff;

/// <summary>A message as Kafka's own definition describes it, in JSON with comments.</summary>
internal sealed class ReferenceMessage
{
    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private ReferenceMessage(JsonElement root)
    {
        Name = root.GetProperty("name").GetString()!;
        Type = root.GetProperty("type").GetString()!;
        Number = root.TryGetProperty("apiKey", out JsonElement key) ? key.GetInt32() : null;
        Versions = ParseRange(Text(root, "validVersions"));
        Flexible = ParseRange(Text(root, "flexibleVersions") ?? "none");
        LatestIsUnstable = root.TryGetProperty("latestVersionUnstable", out JsonElement unstable) && unstable.GetBoolean();
        Listeners = root.TryGetProperty("listeners", out JsonElement listeners)
            ? [.. listeners.EnumerateArray().Select(listener => listener.GetString()!).Order(StringComparer.Ordinal)]
            : [];
        foreach (JsonElement shared in Items(root, "commonStructs"))
        {
            Structs[shared.GetProperty("name").GetString()!] = new ReferenceStruct(
                ParseRange(Text(shared, "versions")), [.. Items(shared, "fields").Select(field => new ReferenceField(field))]);
        }

        Fields = [.. Items(root, "fields").Select(field => new ReferenceField(field))];
    }

    public string Name { get; }

    /// <summary>request, response, header, data, metadata, coordinator-key, coordinator-value.</summary>
    public string Type { get; }

    public int? Number { get; }

    public VersionRange Versions { get; }

    public VersionRange Flexible { get; }

    public bool LatestIsUnstable { get; }

    public IReadOnlyList<string> Listeners { get; }

    public Dictionary<string, ReferenceStruct> Structs { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<ReferenceField> Fields { get; }

    /// <summary>Reads one definition.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static ReferenceMessage Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json, Options);
        return new ReferenceMessage(document.RootElement);
    }

    /// <summary>Kafka's ranges: <c>none</c>, <c>3</c>, <c>3-7</c>, <c>3+</c>; a missing one is every version.</summary>
    public static VersionRange ParseRange(string? text)
    {
        static int Number(string part) => int.Parse(part, CultureInfo.InvariantCulture);
        return text switch
        {
            null => VersionRange.All,
            "none" => VersionRange.None,
            _ when text.EndsWith('+') => new VersionRange(Number(text[..^1]), VersionRange.Top),
            _ when text.Split('-') is [var low, var high] => new VersionRange(Number(low), Number(high)),
            _ => new VersionRange(Number(text), Number(text)),
        };
    }

    /// <summary>A text property, or null.</summary>
    public static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind is not JsonValueKind.Null ? value.ToString() : null;

    /// <summary>The elements of a list, or none.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement list) ? list.EnumerateArray() : [];
}

/// <summary>A shared struct of a definition.</summary>
internal sealed record ReferenceStruct(VersionRange Versions, IReadOnlyList<ReferenceField> Fields);

/// <summary>A field of a definition.</summary>
internal sealed class ReferenceField
{
    public ReferenceField(JsonElement element)
    {
        // Some definitions begin a field's name with a small letter; neither Kafka's classes nor its JSON show it.
        string name = element.GetProperty("name").GetString()!;
        Name = char.ToUpperInvariant(name[0]) + name[1..];
        string type = element.GetProperty("type").GetString()!;
        IsList = type.StartsWith("[]", StringComparison.Ordinal);
        Type = IsList ? type[2..] : type;
        Tagged = ReferenceMessage.Text(element, "taggedVersions") is { } tagged ? ReferenceMessage.ParseRange(tagged) : VersionRange.None;
        // A field that names only its tagged versions is there in these.
        Versions = ReferenceMessage.Text(element, "versions") is { } versions ? ReferenceMessage.ParseRange(versions) : Tagged;
        Nullable = ReferenceMessage.ParseRange(ReferenceMessage.Text(element, "nullableVersions") ?? "none");
        Tag = element.TryGetProperty("tag", out JsonElement tag) ? tag.GetInt32() : null;
        Default = ReferenceMessage.Text(element, "default");
        IsKey = Flag(element, "mapKey");
        IsIgnorable = Flag(element, "ignorable");
        IsZeroCopy = Flag(element, "zeroCopy");
        Entity = ReferenceMessage.Text(element, "entityType");
        Flexible = ReferenceMessage.Text(element, "flexibleVersions");
        Fields = [.. ReferenceMessage.Items(element, "fields").Select(field => new ReferenceField(field))];
    }

    public string Name { get; }

    public bool IsList { get; }

    public string Type { get; }

    public VersionRange Versions { get; }

    public VersionRange Nullable { get; }

    public VersionRange Tagged { get; }

    public int? Tag { get; }

    public string? Default { get; }

    public bool IsKey { get; }

    public bool IsIgnorable { get; }

    public bool IsZeroCopy { get; }

    public string? Entity { get; }

    public string? Flexible { get; }

    public IReadOnlyList<ReferenceField> Fields { get; }

    // A flag may stand in quotes.
    private static bool Flag(JsonElement element, string name) =>
        string.Equals(ReferenceMessage.Text(element, name), "true", StringComparison.OrdinalIgnoreCase);
}
