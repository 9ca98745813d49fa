using System.Text;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client.Producing;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Cli.Records;

/// <summary>Turns lines into records, as Kafka's <c>LineMessageReader</c> does: headers, key and value, each behind its separator.</summary>
internal sealed class LineReader
{
    private readonly string _topic;
    private readonly bool _hasKey;
    private readonly bool _hasHeaders;
    private readonly bool _ignoresErrors;
    private readonly string _keySeparator;
    private readonly string _headersDelimiter;
    private readonly string _headersSeparator;
    private readonly string _headersKeySeparator;
    private readonly string? _nullMarker;
    private int _line;

    /// <summary>Takes the reader's properties.</summary>
    /// <param name="topic">The topic of the records.</param>
    /// <param name="properties">parse.key, key.separator and the others.</param>
    /// <exception cref="ToolException">Two separators are the same.</exception>
    public LineReader(string topic, IReadOnlyDictionary<string, string> properties)
    {
        _topic = topic;
        _hasKey = IsTrue("parse.key");
        _hasHeaders = IsTrue("parse.headers");
        _ignoresErrors = IsTrue("ignore.error");
        _keySeparator = properties.GetValueOrDefault("key.separator", "\t");
        _headersDelimiter = properties.GetValueOrDefault("headers.delimiter", "\t");
        _headersSeparator = properties.GetValueOrDefault("headers.separator", ",");
        _headersKeySeparator = properties.GetValueOrDefault("headers.key.separator", ":");
        _nullMarker = properties.GetValueOrDefault("null.marker");
        Differ("headers.delimiter", _headersDelimiter, "headers.separator", _headersSeparator);
        Differ("headers.delimiter", _headersDelimiter, "headers.key.separator", _headersKeySeparator);
        Differ("headers.separator", _headersSeparator, "headers.key.separator", _headersKeySeparator);
        Differ("null.marker", _nullMarker, "key.separator", _keySeparator);
        Differ("null.marker", _nullMarker, "headers.separator", _headersSeparator);
        Differ("null.marker", _nullMarker, "headers.delimiter", _headersDelimiter);
        Differ("null.marker", _nullMarker, "headers.key.separator", _headersKeySeparator);

        bool IsTrue(string key) => properties.GetValueOrDefault(key, "").Trim().Equals("true", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The record of the next line.</summary>
    /// <exception cref="ToolException">A separator is missing.</exception>
    public ProducerRecord Read(string line)
    {
        _line++;
        var at = 0;
        var headers = _hasHeaders ? Piece(line, ref at, _headersDelimiter, "headers delimiter") : null;
        var key = _hasKey ? Piece(line, ref at, _keySeparator, "key separator") : null;
        return new ProducerRecord
        {
            Topic = _topic,
            Key = Bytes(key),
            Value = Bytes(line[at..]),
            Headers = headers is null || headers == _nullMarker ? null : Headers(headers),
        };
    }

    private static void Differ(string name, string? value, string otherName, string? other)
    {
        if (value == other)
            throw new ToolException($"{name} and {otherName} may not be equal");
    }

    private ReadOnlyMemory<byte>? Bytes(string? text) => text is null || text == _nullMarker ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(text);

    private string? Piece(string line, ref int at, string separator, string name)
    {
        var end = line.IndexOf(separator, at, StringComparison.Ordinal);
        if (end < 0)
            return _ignoresErrors ? null : throw new ToolException($"No {name} found on line number {_line}: '{line}'");
        var piece = line[at..end];
        at = end + separator.Length;
        return piece;
    }

    private List<RecordHeader> Headers(string text)
    {
        var headers = new List<RecordHeader>();
        foreach (var pair in text.Split(_headersSeparator))
        {
            var at = pair.IndexOf(_headersKeySeparator, StringComparison.Ordinal);
            if (at < 0)
            {
                headers.Add(_ignoresErrors
                    ? new RecordHeader(pair, null)
                    : throw new ToolException($"No header key separator found in pair '{pair}' on line number {_line}"));
                continue;
            }

            var key = pair[..at];
            if (key == _nullMarker)
                throw new ToolException($"Header keys should not be equal to the null marker '{_nullMarker}' as they can't be null");
            headers.Add(new RecordHeader(key, Bytes(pair[(at + _headersKeySeparator.Length)..])?.ToArray()));
        }

        return headers;
    }
}
