using System.Globalization;
using System.Text;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Core.Randomness;

namespace Kafka.Modular.Cli.Performance;

/// <summary>The values that <c>kafka-producer-perf-test</c> sends: random letters, lines of a file by chance, or growing numbers.</summary>
internal sealed class Payloads
{
    private const int LetterBlock = 8 * 1024 * 1024;

    private readonly SeededRandomSource _random = new(0);
    private readonly List<byte[]> _lines = [];
    private readonly byte[] _letters = [];
    private readonly int _size;
    private int _next;

    private Payloads(List<byte[]> lines) => _lines = lines;

    private Payloads(int size)
    {
        _size = size;
        if (size == 0)
            return;

        // Cut from a block at growing positions, each record's letters are its own within a codec's window.
        _letters = new byte[size + LetterBlock];
        _random.NextBytes(_letters);
        for (var i = 0; i < _letters.Length; i++)
            _letters[i] = (byte)('A' + (_letters[i] * 26 >> 8));
    }

    /// <summary>Takes the tool's flags.</summary>
    /// <exception cref="UsageException">Not exactly one kind is chosen.</exception>
    /// <exception cref="ToolException">The file is empty or not there.</exception>
    public static Payloads Of(ToolCall call)
    {
        var options = call.Options;
        if (options.Count("record-size", "payload-file", "payload-monotonic") != 1)
            throw new UsageException("one of the arguments --record-size --payload-file --payload-monotonic is required");
        if (options.Int32("record-size") is { } size)
            return size > 0 ? new Payloads(size) : throw new ToolException("--record-size should be greater than zero.");
        return options.Last("payload-file") is { } file ? OfFile(call, file) : new Payloads(0);
    }

    /// <summary>The value of a record.</summary>
    public ReadOnlyMemory<byte> Next(long number)
    {
        if (_lines.Count > 0)
            return _lines[_random.Next(_lines.Count)];
        if (_size == 0)
            return Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
        _next = (_next + _size) % LetterBlock;
        return _letters.AsMemory(_next, _size);
    }

    private static Payloads OfFile(ToolCall call, string file)
    {
        call.Out.WriteLine($"Reading payloads from: {Path.GetFullPath(file)}");
        if (!File.Exists(file) || new FileInfo(file).Length == 0)
            throw new ToolException("File does not exist or empty file provided.");
        var delimiter = (call.Options.Last("payload-delimiter") ?? "\\n").Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\t", "\t", StringComparison.Ordinal);
        var text = File.ReadAllText(file);
        if (text.EndsWith(delimiter, StringComparison.Ordinal))
            text = text[..^delimiter.Length];
        List<byte[]> lines = [.. text.Split(delimiter).Select(Encoding.UTF8.GetBytes)];
        call.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Number of records read: {lines.Count}"));
        return new Payloads(lines);
    }
}
