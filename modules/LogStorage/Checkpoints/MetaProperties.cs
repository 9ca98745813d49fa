using System.Globalization;
using System.Text;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage.Checkpoints;

/// <summary>The file <c>meta.properties</c>: to which cluster and node a log directory belongs (KIP-631, KIP-858).</summary>
/// <param name="ClusterId">The cluster's id.</param>
/// <param name="NodeId">The node's id.</param>
/// <param name="DirectoryId">The directory's own id, null in a file that an older version wrote.</param>
public sealed record MetaProperties(string ClusterId, int NodeId, Uuid? DirectoryId)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "meta.properties";

    /// <summary>Reads the file; null where there is none, which means that the directory is not formatted.</summary>
    /// <exception cref="CheckpointFormatException">The file is malformed, or of a version other than 1.</exception>
    /// <exception cref="LogStoreException">The file cannot be read.</exception>
    public static MetaProperties? Read(IBlobStore blobs)
    {
        if (blobs.Read(FileName) is not { } content)
            return null;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var lines = Encoding.UTF8.GetString(content).Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index].Trim();
            if (line.Length == 0 || line[0] is '#' or '!')
                continue;
            var parts = line.Split(['=', ':'], 2, StringSplitOptions.TrimEntries);
            if (parts.Length != 2)
                throw new CheckpointFormatException(FileName, index + 1, "not a line of the form key=value");
            values[parts[0]] = parts[1];
        }

        return Parse(values);
    }

    /// <summary>Writes the file and makes it durable.</summary>
    /// <exception cref="LogStoreException">The file cannot be written.</exception>
    public void Write(IBlobStore blobs)
    {
        var text = new StringBuilder("#\n");
        text.Append(CultureInfo.InvariantCulture, $"cluster.id={ClusterId}\n");
        if (DirectoryId is { } directoryId)
            text.Append(CultureInfo.InvariantCulture, $"directory.id={directoryId}\n");
        text.Append(CultureInfo.InvariantCulture, $"node.id={NodeId}\nversion=1\n");
        blobs.Put(FileName, Encoding.UTF8.GetBytes(text.ToString()), durable: true);
    }

    private static MetaProperties Parse(Dictionary<string, string> values)
    {
        if (values.GetValueOrDefault("version") is not "1")
            throw new CheckpointFormatException(FileName, 1, "version is not 1: the directory was not formatted for KRaft");
        if (values.GetValueOrDefault("cluster.id") is not { Length: > 0 } clusterId)
            throw new CheckpointFormatException(FileName, 1, "cluster.id is missing");
        if (!int.TryParse(values.GetValueOrDefault("node.id"), NumberStyles.None, CultureInfo.InvariantCulture, out var nodeId))
            throw new CheckpointFormatException(FileName, 1, "node.id is missing or not a number");
        Uuid? directoryId = null;
        if (values.TryGetValue("directory.id", out var text))
        {
            directoryId = Uuid.TryParse(text, out var parsed)
                ? parsed
                : throw new CheckpointFormatException(FileName, 1, "directory.id is no id");
        }

        return new MetaProperties(clusterId, nodeId, directoryId);
    }
}
