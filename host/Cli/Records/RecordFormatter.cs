using System.Globalization;
using System.Text;
using Kafka.Modular.Client.Consuming;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Cli.Records;

/// <summary>Prints records as Kafka's <c>DefaultMessageFormatter</c> does: the wanted columns in its order, the value last.</summary>
internal sealed class RecordFormatter
{
    private readonly bool _printsTimestamp;
    private readonly bool _printsPartition;
    private readonly bool _printsOffset;
    private readonly bool _printsDelivery;
    private readonly bool _printsEpoch;
    private readonly bool _printsHeaders;
    private readonly bool _printsKey;
    private readonly bool _printsValue;
    private readonly byte[] _keySeparator;
    private readonly byte[] _lineSeparator;
    private readonly byte[] _headersSeparator;
    private readonly byte[] _nullLiteral;
    private readonly Func<ReadOnlyMemory<byte>, string>? _key;
    private readonly Func<ReadOnlyMemory<byte>, string>? _value;
    private readonly Func<ReadOnlyMemory<byte>, string>? _headers;

    /// <summary>Takes the formatter's properties.</summary>
    /// <exception cref="Frame.ToolException">A deserializer is not there.</exception>
    public RecordFormatter(IReadOnlyDictionary<string, string> properties)
    {
        _printsTimestamp = IsTrue("print.timestamp", false);
        _printsPartition = IsTrue("print.partition", false);
        _printsOffset = IsTrue("print.offset", false);
        _printsDelivery = IsTrue("print.delivery", false);
        _printsEpoch = IsTrue("print.epoch", false);
        _printsHeaders = IsTrue("print.headers", false);
        _printsKey = IsTrue("print.key", false);
        _printsValue = IsTrue("print.value", true);
        _keySeparator = Bytes("key.separator", "\t");
        _lineSeparator = Bytes("line.separator", "\n");
        _headersSeparator = Bytes("headers.separator", ",");
        _nullLiteral = Bytes("null.literal", "null");
        _key = Deserializer("key.deserializer");
        _value = Deserializer("value.deserializer");
        _headers = Deserializer("headers.deserializer");

        bool IsTrue(string key, bool defaultValue) =>
            properties.TryGetValue(key, out var text) ? text.Trim().Equals("true", StringComparison.OrdinalIgnoreCase) : defaultValue;
        byte[] Bytes(string key, string defaultValue) => Encoding.UTF8.GetBytes(properties.GetValueOrDefault(key, defaultValue));
        Func<ReadOnlyMemory<byte>, string>? Deserializer(string key) =>
            properties.GetValueOrDefault(key) is { Length: > 0 } name ? TextDeserializer.Of(name) : null;
    }

    /// <summary>Prints a record.</summary>
    public void Write(in ConsumerRecord record, Stream output)
    {
        var after = (_printsValue ? 1 : 0) + (_printsKey ? 1 : 0) + (_printsHeaders ? 1 : 0) + (_printsEpoch ? 1 : 0) + (_printsDelivery ? 1 : 0)
            + (_printsOffset ? 1 : 0) + (_printsPartition ? 1 : 0);
        if (_printsTimestamp)
            Column(output, Timestamp(in record), after);
        if (_printsPartition)
            Column(output, string.Create(CultureInfo.InvariantCulture, $"Partition:{record.Partition}"), --after);
        if (_printsOffset)
            Column(output, string.Create(CultureInfo.InvariantCulture, $"Offset:{record.Offset}"), --after);
        if (_printsDelivery)
            Column(output, "Delivery:NOT_PRESENT", --after);
        if (_printsEpoch)
            Column(output, record.LeaderEpoch < 0 ? "Epoch:NOT_PRESENT" : string.Create(CultureInfo.InvariantCulture, $"Epoch:{record.LeaderEpoch}"), --after);
        if (_printsHeaders)
        {
            WriteHeaders(record.Headers, output);
            Separate(output, --after);
        }

        if (_printsKey)
        {
            WritePiece(record.Key, record.IsKeyNull, _key, output);
            Separate(output, --after);
        }

        if (_printsValue)
        {
            WritePiece(record.Value, record.IsValueNull, _value, output);
            output.Write(_lineSeparator);
        }
    }

    private static string Timestamp(in ConsumerRecord record) => record.TimestampType == TimestampType.NoTimestampType
        ? "NO_TIMESTAMP"
        : string.Create(CultureInfo.InvariantCulture, $"{record.TimestampType}:{record.Timestamp}");

    private void Column(Stream output, string text, int after)
    {
        output.Write(Encoding.UTF8.GetBytes(text));
        Separate(output, after);
    }

    private void Separate(Stream output, int after) => output.Write(after > 0 ? _keySeparator : _lineSeparator);

    private void WriteHeaders(IReadOnlyList<RecordHeader> headers, Stream output)
    {
        if (headers.Count == 0)
            output.Write("NO_HEADERS"u8);
        for (var i = 0; i < headers.Count; i++)
        {
            if (i > 0)
                output.Write(_headersSeparator);
            output.Write(Encoding.UTF8.GetBytes(headers[i].Key));
            output.Write(":"u8);
            WritePiece(headers[i].Value, headers[i].Value is null, _headers, output);
        }
    }

    private void WritePiece(ReadOnlyMemory<byte> bytes, bool isNull, Func<ReadOnlyMemory<byte>, string>? deserializer, Stream output)
    {
        if (isNull)
            output.Write(_nullLiteral);
        else if (deserializer is not null)
            output.Write(Encoding.UTF8.GetBytes(deserializer(bytes)));
        else
            output.Write(bytes.Span);
    }
}
