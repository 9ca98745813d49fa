using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Protocol.Json;

/// <summary>
/// Writes a message as JSON, in the form that Kafka's tools and request logs have: names with a small first letter, bytes as base64, uuids as their text; fields that
/// the version lacks and tagged fields at their default are left out.
/// </summary>
public sealed class JsonMessageWriter(Utf8JsonWriter json) : IMessageVisitor
{
    /// <summary>Writes a message or struct as one JSON object.</summary>
    /// <exception cref="IOException">Records could not be read from their log.</exception>
    public static void Write(Utf8JsonWriter json, IMessageStruct message, short version)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(message);
        json.WriteStartObject();
        message.Accept(new JsonMessageWriter(json), version);
        json.WriteEndObject();
    }

    /// <summary>A message's JSON text.</summary>
    /// <exception cref="IOException">Records could not be read from their log.</exception>
    public static string ToText(IMessageStruct message, short version)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            Write(json, message, version);
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <inheritdoc/>
    public bool Tagged(string name, int tag, bool isDefault) => !isDefault;

    /// <inheritdoc/>
    public bool Boolean(string name, bool value)
    {
        json.WriteBoolean(name, value);
        return value;
    }

    /// <inheritdoc/>
    public sbyte Int8(string name, sbyte value)
    {
        json.WriteNumber(name, value);
        return value;
    }

    /// <inheritdoc/>
    public short Int16(string name, short value)
    {
        json.WriteNumber(name, value);
        return value;
    }

    /// <inheritdoc/>
    public ushort UInt16(string name, ushort value)
    {
        json.WriteNumber(name, value);
        return value;
    }

    /// <inheritdoc/>
    public int Int32(string name, int value)
    {
        json.WriteNumber(name, value);
        return value;
    }

    /// <inheritdoc/>
    public uint UInt32(string name, uint value)
    {
        json.WriteNumber(name, value);
        return value;
    }

    /// <inheritdoc/>
    public long Int64(string name, long value)
    {
        json.WriteNumber(name, value);
        return value;
    }

    /// <inheritdoc/>
    public double Float64(string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            // JSON has no number for these; Kafka writes Java's names.
            json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
        }

        return value;
    }

    /// <inheritdoc/>
    public Uuid Uuid(string name, Uuid value)
    {
        json.WriteString(name, value.ToString());
        return value;
    }

    /// <inheritdoc/>
    public string? String(string name, string? value, bool nullable)
    {
        json.WriteString(name, value);
        return value;
    }

    /// <inheritdoc/>
    public byte[]? Bytes(string name, byte[]? value, bool nullable)
    {
        if (value is null)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteBase64String(name, value);
        }

        return value;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? Slice(string name, ReadOnlyMemory<byte>? value, bool nullable)
    {
        if (value is { } bytes)
        {
            json.WriteBase64String(name, bytes.Span);
        }
        else
        {
            json.WriteNull(name);
        }

        return value;
    }

    /// <inheritdoc/>
    public Messages.Records Records(string name, Messages.Records value, bool nullable)
    {
        if (value.IsNull)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteBase64String(name, value.ToArray());
        }

        return value;
    }

    /// <inheritdoc/>
    public T? Struct<T>(string name, T? value, bool nullable, short version)
        where T : class, IMessageStruct<T>, new()
    {
        json.WritePropertyName(name);
        Write(value, version);
        return value;
    }

    /// <inheritdoc/>
    public List<T>? StructList<T>(string name, List<T>? value, bool nullable, short version)
        where T : class, IMessageStruct<T>, new()
    {
        if (!Begin(name, value))
        {
            return value;
        }

        foreach (T item in CollectionsMarshal.AsSpan(value))
        {
            Write(item, version);
        }

        json.WriteEndArray();
        return value;
    }

    /// <inheritdoc/>
    public List<T>? Int8List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged
    {
        if (Begin(name, value))
        {
            foreach (sbyte item in MemoryMarshal.Cast<T, sbyte>(CollectionsMarshal.AsSpan(value)))
            {
                json.WriteNumberValue(item);
            }

            json.WriteEndArray();
        }

        return value;
    }

    /// <inheritdoc/>
    public List<T>? Int16List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged
    {
        if (Begin(name, value))
        {
            foreach (short item in MemoryMarshal.Cast<T, short>(CollectionsMarshal.AsSpan(value)))
            {
                json.WriteNumberValue(item);
            }

            json.WriteEndArray();
        }

        return value;
    }

    /// <inheritdoc/>
    public List<T>? Int32List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged
    {
        if (Begin(name, value))
        {
            foreach (int item in MemoryMarshal.Cast<T, int>(CollectionsMarshal.AsSpan(value)))
            {
                json.WriteNumberValue(item);
            }

            json.WriteEndArray();
        }

        return value;
    }

    /// <inheritdoc/>
    public List<T>? Int64List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged
    {
        if (Begin(name, value))
        {
            foreach (long item in MemoryMarshal.Cast<T, long>(CollectionsMarshal.AsSpan(value)))
            {
                json.WriteNumberValue(item);
            }

            json.WriteEndArray();
        }

        return value;
    }

    /// <inheritdoc/>
    public List<string>? StringList(string name, List<string>? value, bool nullable)
    {
        if (Begin(name, value))
        {
            foreach (string item in CollectionsMarshal.AsSpan(value))
            {
                json.WriteStringValue(item);
            }

            json.WriteEndArray();
        }

        return value;
    }

    /// <inheritdoc/>
    public List<Uuid>? UuidList(string name, List<Uuid>? value, bool nullable)
    {
        if (Begin(name, value))
        {
            foreach (Uuid item in CollectionsMarshal.AsSpan(value))
            {
                json.WriteStringValue(item.ToString());
            }

            json.WriteEndArray();
        }

        return value;
    }

    private bool Begin<T>(string name, List<T>? value)
    {
        if (value is null)
        {
            json.WriteNull(name);
            return false;
        }

        json.WriteStartArray(name);
        return true;
    }

    private void Write(IMessageStruct? value, short version)
    {
        if (value is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        value.Accept(this, version);
        json.WriteEndObject();
    }
}
