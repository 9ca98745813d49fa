using System.Text;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage.Checkpoints;

/// <summary>The file <c>partition.metadata</c>: the topic's id (KIP-516).</summary>
internal static class PartitionMetadataFile
{
    public const string FileName = "partition.metadata";

    public static byte[] Format(Uuid topicId) => Encoding.UTF8.GetBytes($"version: 0\ntopic_id: {topicId}\n");

    /// <summary>Reads the topic's id, null where there is no file.</summary>
    public static Uuid? Read(IBlobStore blobs)
    {
        if (blobs.Read(FileName) is not { } content)
            return null;
        var lines = Encoding.UTF8.GetString(content).Split('\n');
        if (!TryGetValue(lines, 0, "version", out var version) || version is not "0")
            throw new CheckpointFormatException(FileName, 1, "unknown version");
        if (!TryGetValue(lines, 1, "topic_id", out var text) || !Uuid.TryParse(text, out var topicId) || topicId == Uuid.Zero)
            throw new CheckpointFormatException(FileName, 2, "no valid topic id");
        return topicId;
    }

    private static bool TryGetValue(string[] lines, int line, string name, out string value)
    {
        value = "";
        if (line >= lines.Length)
            return false;
        var parts = lines[line].Split(':', 2, StringSplitOptions.TrimEntries);
        if (parts.Length != 2 || !string.Equals(parts[0], name, StringComparison.Ordinal))
            return false;
        value = parts[1];
        return true;
    }
}
