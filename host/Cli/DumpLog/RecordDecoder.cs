using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Json;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.DumpLog;

/// <summary>Reads keys and values of the records of an internal topic as JSON, in the form of Kafka's decoders.</summary>
/// <param name="decode">Takes key, value (null where there is none) and offset; gives what is printed for each, null for nothing.</param>
internal sealed class RecordDecoder(Func<byte[]?, byte[]?, long, (object? Key, object? Value)> decode)
{
    /// <summary><c>__consumer_offsets</c>.</summary>
    public static RecordDecoder Offsets { get; } = Coordinator(MessageKind.GroupKey, MessageKind.GroupValue);

    /// <summary><c>__transaction_state</c>.</summary>
    public static RecordDecoder Transactions { get; } = Coordinator(MessageKind.TransactionKey, MessageKind.TransactionValue);

    /// <summary><c>__share_group_state</c>.</summary>
    public static RecordDecoder ShareState { get; } = Coordinator(MessageKind.ShareKey, MessageKind.ShareValue);

    /// <summary><c>__cluster_metadata</c>.</summary>
    public static RecordDecoder ClusterMetadata { get; } = new(static (_, value, offset) => (null, Guarded(offset, () => DecodeMetadata(value ?? []))));

    /// <summary><c>__remote_log_metadata</c>.</summary>
    public static RecordDecoder RemoteLog { get; } = new(static (_, value, offset) => (null, Guarded(offset, () => DecodeRemote(value ?? []))));

    /// <summary>The decoder for the records of a partition, by its folder; null for those of other topics.</summary>
    public static RecordDecoder? OfFolder(string folder) => folder[..Math.Max(folder.LastIndexOf('-'), 0)] switch
    {
        "__consumer_offsets" => Offsets,
        "__transaction_state" => Transactions,
        "__share_group_state" => ShareState,
        "__cluster_metadata" => ClusterMetadata,
        "__remote_log_metadata" => RemoteLog,
        _ => null,
    };

    /// <summary>Reads a record.</summary>
    public (object? Key, object? Value) Decode(byte[]? key, byte[]? value, long offset) => decode(key, value, offset);

    private static RecordDecoder Coordinator(MessageKind keys, MessageKind values) => new((key, value, offset) =>
    {
        if (key is null)
            throw new FormatException($"Failed to decode message at offset {offset} using the specified decoder (message had a missing key)");
        if (key.Length < sizeof(short))
            return ($"Error at offset {offset}, skipping. The key is too short.", null);
        var number = BinaryPrimitives.ReadInt16BigEndian(key);
        if (MessageCatalog.Find(keys, number) is not { } keyType || MessageCatalog.Find(values, number) is not { } valueType)
            return ($"Unknown record type {number} at offset {offset}, skipping.", null);
        try
        {
            var keyText = Wrap("type", number.ToString(CultureInfo.InvariantCulture), Read(keyType, key.AsMemory(sizeof(short)), keyType.LowestVersion), keyType.LowestVersion);
            return (keyText, value is null ? "<DELETE>" : DecodeValue(valueType, value));
        }
        catch (ProtocolException fault)
        {
            return ($"Error at offset {offset}, skipping. {fault.Message}", null);
        }
    });

    private static JsonText DecodeValue(MessageDescriptor type, byte[] value)
    {
        var version = BinaryPrimitives.ReadInt16BigEndian(value);
        var message = Read(type, value.AsMemory(sizeof(short)), version);
        var text = Wrap("version", version.ToString(CultureInfo.InvariantCulture), message, version);
        return message is GroupMetadataValue { ProtocolType: "consumer" } ? WithProtocol(text) : text;
    }

    // What the members of a group of consumers have said is read too.
    private static JsonText WithProtocol(JsonText text)
    {
        var node = JsonNode.Parse(text.Text)!;
        foreach (var member in node["data"]?["members"]?.AsArray() ?? [])
        {
            Replace(member!.AsObject(), "subscription", static bytes => Embedded<ConsumerProtocolSubscription>(bytes));
            Replace(member!.AsObject(), "assignment", static bytes => Embedded<ConsumerProtocolAssignment>(bytes));
        }

        return new JsonText(node.ToJsonString());
    }

    private static void Replace(JsonObject member, string field, Func<byte[], JsonNode?> read)
    {
        try
        {
            if (member[field]?.GetValue<string>() is { } base64 && read(Convert.FromBase64String(base64)) is { } decoded)
                member[field] = decoded;
        }
        catch (Exception fault) when (fault is ProtocolException or FormatException or InvalidOperationException)
        {
            // Bytes of another protocol stay what they are.
        }
    }

    private static JsonNode? Embedded<T>(byte[] bytes)
        where T : class, IMessage<T>, new()
    {
        if (bytes.Length < sizeof(short))
            return null;
        var version = Math.Clamp(BinaryPrimitives.ReadInt16BigEndian(bytes), (short)0, (short)3);
        var reader = new ProtocolReader(bytes.AsMemory(sizeof(short)));
        return JsonNode.Parse(JsonMessageWriter.ToText(T.Read(ref reader, version), version));
    }

    private static JsonText DecodeMetadata(byte[] value)
    {
        var record = MetadataRecordCodec.Read(value);
        var name = UpperSnake(record.Message.GetType().Name);
        var data = RedactedRecords.ToText(record);
        return new JsonText($"{{\"type\":\"{name}\",\"version\":{record.Version},\"data\":{data}}}");
    }

    private static JsonText DecodeRemote(byte[] value)
    {
        var reader = new ProtocolReader(value);
        var number = (short)reader.ReadUnsignedVarint();
        var version = (short)reader.ReadUnsignedVarint();
        var type = MessageCatalog.Find(MessageKind.RemoteLogMetadata, number) ?? throw new FormatException($"Unknown record type {number}.");
        var data = JsonMessageWriter.ToText(type.Read(ref reader, version), version);
        return new JsonText($"{{\"type\":\"{UpperSnake(type.Name)}\",\"version\":{version},\"data\":{data}}}");
    }

    private static object Guarded(long offset, Func<object> decode)
    {
        try
        {
            return decode();
        }
        catch (Exception fault) when (fault is ProtocolException or FormatException or MetadataReplayException)
        {
            return $"Error at {offset}, skipping. {fault.Message}";
        }
    }

    private static IMessage Read(MessageDescriptor type, ReadOnlyMemory<byte> bytes, short version)
    {
        if (!type.Has(version))
            throw UnsupportedVersionException.Unknown(type.Name, version);
        var reader = new ProtocolReader(bytes);
        return type.Read(ref reader, version);
    }

    private static JsonText Wrap(string name, string text, IMessage message, short version) =>
        new($"{{\"{name}\":\"{text}\",\"data\":{JsonMessageWriter.ToText(message, version)}}}");

    // NoOpRecord is NO_OP_RECORD.
    private static string UpperSnake(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(name[i]) && !char.IsAsciiLetterUpper(name[i - 1]))
                text.Append('_');
            text.Append(char.ToUpperInvariant(name[i]));
        }

        return text.ToString();
    }
}
