using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Protocol.Json;

/// <summary>
/// Fills a message from JSON of the form that <see cref="JsonMessageWriter"/> writes. Every field of the version has to be there, but tagged ones; a name that the version
/// does not have is refused.
/// </summary>
public sealed class JsonMessageReader : IMessageVisitor
{
    private readonly JsonElement document;
    private readonly string path;
    private int visited;

    private JsonMessageReader(JsonElement document, string path)
    {
        this.document = document;
        this.path = path;
    }

    /// <summary>Fills a new message.</summary>
    /// <exception cref="ProtocolException">The document is not one of this message and version.</exception>
    public static T Read<T>(JsonElement document, short version)
        where T : class, IMessageStruct, new()
    {
        var message = new T();
        Fill(document, message, version);
        return message;
    }

    /// <summary>Fills a message that has all its defaults.</summary>
    /// <exception cref="ProtocolException">The document is not one of this message and version.</exception>
    public static void Fill(JsonElement document, IMessageStruct message, short version) => Fill(document, message, version, "$");

    /// <inheritdoc/>
    public bool Tagged(string name, int tag, bool isDefault) => document.TryGetProperty(name, out _);

    /// <inheritdoc/>
    public bool Boolean(string name, bool value) => Get(name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Wrong(name, "true or false"),
    };

    /// <inheritdoc/>
    public sbyte Int8(string name, sbyte value) => Number<sbyte>(Get(name), name);

    /// <inheritdoc/>
    public short Int16(string name, short value) => Number<short>(Get(name), name);

    /// <inheritdoc/>
    public ushort UInt16(string name, ushort value) => Number<ushort>(Get(name), name);

    /// <inheritdoc/>
    public int Int32(string name, int value) => Number<int>(Get(name), name);

    /// <inheritdoc/>
    public uint UInt32(string name, uint value) => Number<uint>(Get(name), name);

    /// <inheritdoc/>
    public long Int64(string name, long value) => Number<long>(Get(name), name);

    /// <inheritdoc/>
    public double Float64(string name, double value)
    {
        JsonElement element = Get(name);
        return element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double number)
            ? number
            : element.ValueKind == JsonValueKind.String && double.TryParse(element.GetString(), CultureInfo.InvariantCulture, out number)
                ? number
                : throw Wrong(name, "a number");
    }

    /// <inheritdoc/>
    public Uuid Uuid(string name, Uuid value) => ParseUuid(Get(name), name);

    /// <inheritdoc/>
    public string? String(string name, string? value, bool nullable)
    {
        JsonElement element = Get(name);
        return IsNull(element, name, nullable) ? null : Text(element, name);
    }

    /// <inheritdoc/>
    public byte[]? Bytes(string name, byte[]? value, bool nullable)
    {
        JsonElement element = Get(name);
        return IsNull(element, name, nullable) ? null
            : element.ValueKind == JsonValueKind.String && element.TryGetBytesFromBase64(out byte[]? bytes) ? bytes
            : throw Wrong(name, "base64");
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? Slice(string name, ReadOnlyMemory<byte>? value, bool nullable) =>
        Bytes(name, null, nullable) is { } bytes ? new ReadOnlyMemory<byte>(bytes) : default(ReadOnlyMemory<byte>?);

    /// <inheritdoc/>
    public Messages.Records Records(string name, Messages.Records value, bool nullable) => Bytes(name, null, nullable);

    /// <inheritdoc/>
    public T? Struct<T>(string name, T? value, bool nullable, short version)
        where T : class, IMessageStruct<T>, new()
    {
        JsonElement element = Get(name);
        if (IsNull(element, name, nullable))
        {
            return null;
        }

        var result = new T();
        Fill(element, result, version, $"{path}.{name}");
        return result;
    }

    /// <inheritdoc/>
    public List<T>? StructList<T>(string name, List<T>? value, bool nullable, short version)
        where T : class, IMessageStruct<T>, new() =>
        Items(name, nullable, element =>
        {
            var result = new T();
            Fill(element, result, version, $"{path}.{name}[]");
            return result;
        });

    /// <inheritdoc/>
    public List<T>? Int8List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged => Numbers<T, sbyte>(name, nullable);

    /// <inheritdoc/>
    public List<T>? Int16List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged => Numbers<T, short>(name, nullable);

    /// <inheritdoc/>
    public List<T>? Int32List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged => Numbers<T, int>(name, nullable);

    /// <inheritdoc/>
    public List<T>? Int64List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged => Numbers<T, long>(name, nullable);

    /// <inheritdoc/>
    public List<string>? StringList(string name, List<string>? value, bool nullable) =>
        Items(name, nullable, element => Text(element, name));

    /// <inheritdoc/>
    public List<Uuid>? UuidList(string name, List<Uuid>? value, bool nullable) =>
        Items(name, nullable, element => ParseUuid(element, name));

    private static void Fill(JsonElement document, IMessageStruct message, short version, string path)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (document.ValueKind != JsonValueKind.Object)
        {
            throw new ProtocolException($"{path}: expected an object");
        }

        var reader = new JsonMessageReader(document, path);
        message.Accept(reader, version);
        if (reader.visited < document.EnumerateObject().Count())
        {
            throw reader.Unvisited(message, version);
        }
    }

    private ProtocolException Unvisited(IMessageStruct message, short version)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        using (JsonDocument all = JsonDocument.Parse(JsonMessageWriter.ToText(message, version)))
        {
            known.UnionWith(all.RootElement.EnumerateObject().Select(property => property.Name));
        }

        string extra = string.Join(", ", document.EnumerateObject().Select(property => property.Name).Where(name => !known.Contains(name)));
        return new ProtocolException($"{path}: version {version} has no {(extra.Length > 0 ? extra : "field that is given twice")}");
    }

    private JsonElement Get(string name)
    {
        visited++;
        return document.TryGetProperty(name, out JsonElement element) ? element : throw new ProtocolException($"{path}.{name} is missing");
    }

    private ProtocolException Wrong(string name, string expected) => new($"{path}.{name}: expected {expected}");

    private bool IsNull(JsonElement element, string name, bool nullable) =>
        element.ValueKind == JsonValueKind.Null && (nullable ? true : throw Wrong(name, "something other than null"));

    private string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Wrong(name, "a text");

    private Uuid ParseUuid(JsonElement element, string name) =>
        Core.Ids.Uuid.TryParse(Text(element, name), out Uuid uuid) ? uuid : throw Wrong(name, "a uuid");

    private T Number<T>(JsonElement element, string name)
        where T : struct, System.Numerics.IBinaryInteger<T> =>
        element.ValueKind == JsonValueKind.Number && T.TryParse(element.GetRawText(), CultureInfo.InvariantCulture, out T number)
            ? number
            : throw Wrong(name, $"a whole number ({typeof(T).Name})");

    private List<T>? Numbers<T, TPrimitive>(string name, bool nullable)
        where T : unmanaged
        where TPrimitive : unmanaged, System.Numerics.IBinaryInteger<TPrimitive>
    {
        return Items(name, nullable, element =>
        {
            TPrimitive number = Number<TPrimitive>(element, name);
            return MemoryMarshal.Cast<TPrimitive, T>(MemoryMarshal.CreateReadOnlySpan(ref number, 1))[0];
        });
    }

    private List<T>? Items<T>(string name, bool nullable, Func<JsonElement, T> read)
    {
        JsonElement element = Get(name);
        if (IsNull(element, name, nullable))
        {
            return null;
        }

        if (element.ValueKind != JsonValueKind.Array)
        {
            throw Wrong(name, "a list");
        }

        var list = new List<T>(element.GetArrayLength());
        foreach (JsonElement item in element.EnumerateArray())
        {
            list.Add(read(item));
        }

        return list;
    }
}
