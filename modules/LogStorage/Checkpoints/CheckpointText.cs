using System.Globalization;
using System.Text;

namespace Kafka.Modular.LogStorage.Checkpoints;

/// <summary>Kafka's checkpoint files: a version line, a line with the number of entries, and a line per entry.</summary>
internal static class CheckpointText
{
    public static byte[] Write<T>(IReadOnlyCollection<T> entries, Action<StringBuilder, T> append)
    {
        var text = new StringBuilder(16 + (entries.Count * 24));
        text.Append("0\n").Append(CultureInfo.InvariantCulture, $"{entries.Count}\n");
        foreach (var entry in entries)
        {
            append(text, entry);
            text.Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Reads the entries; throws <see cref="CheckpointFormatException"/> where the file is malformed.</summary>
    public static List<T> Read<T>(string name, ReadOnlySpan<byte> content, Func<string, T?> parse)
        where T : struct
    {
        var lines = Encoding.UTF8.GetString(content).Split('\n');
        if (lines[^1].Length > 0)
            throw new CheckpointFormatException(name, lines.Length, "the last line is cut");
        if (lines.Length < 2 || lines[0].Trim() is not "0")
            throw new CheckpointFormatException(name, 1, "unknown version");
        if (!int.TryParse(lines[1].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            throw new CheckpointFormatException(name, 2, "no number of entries");
        var entries = new List<T>(Math.Min(count, lines.Length));
        for (var index = 2; index < lines.Length; index++)
        {
            if (string.IsNullOrWhiteSpace(lines[index]))
                continue;
            entries.Add(parse(lines[index]) ?? throw new CheckpointFormatException(name, index + 1, "malformed entry"));
        }

        return entries.Count == count ? entries : throw new CheckpointFormatException(name, 2, $"{count} entries announced, {entries.Count} there");
    }
}
