using System.IO.Compression;
using System.Text.Json;

namespace Kafka.Modular.Protocol.Tests;

/// <summary>One sample of a message: its bytes and what they mean.</summary>
/// <param name="Where">File and line, for messages of a failing test.</param>
/// <param name="Name">The message's name, without the "Data" that Kafka's classes end in.</param>
/// <param name="Version">Its version.</param>
/// <param name="Sample">What kind of sample it is.</param>
/// <param name="Json">What the bytes mean.</param>
/// <param name="Bytes">The bytes.</param>
internal sealed record WireVector(string Where, string Name, short Version, string Sample, JsonElement Json, byte[] Bytes)
{
    /// <summary>The message of that name, or null when no schema has it in that version.</summary>
    public MessageDescriptor? Descriptor
    {
        get
        {
            MessageDescriptor? message = MessageCatalog.Find(Name)
                ?? (Name.EndsWith("Data", StringComparison.Ordinal) ? MessageCatalog.Find(Name[..^"Data".Length]) : null);
            return message is not null && message.Has(Version) ? message : null;
        }
    }

    /// <summary>Reads a file of samples, one JSON object per line, compressed or not.</summary>
    public static IEnumerable<WireVector> Read(string path)
    {
        using Stream file = File.OpenRead(path);
        using Stream plain = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(plain);
        for (int number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0)
            {
                continue;
            }

            JsonElement row = JsonElement.Parse(line);
            yield return new WireVector(
                $"{Path.GetFileName(path)}:{number}",
                row.GetProperty("name").GetString()!,
                row.GetProperty("version").GetInt16(),
                row.GetProperty("sample").GetString() ?? "",
                row.GetProperty("json"),
                Convert.FromHexString(row.GetProperty("hex").GetString()!));
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Where} {Name} v{Version} {Sample}";
}
