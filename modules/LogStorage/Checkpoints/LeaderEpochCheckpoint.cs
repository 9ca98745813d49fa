using System.Globalization;
using Kafka.Modular.LogStorage.Epochs;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage.Checkpoints;

/// <summary>The file <c>leader-epoch-checkpoint</c> of a partition: a line <c>epoch offset</c> for each leader epoch.</summary>
internal static class LeaderEpochCheckpoint
{
    public const string FileName = "leader-epoch-checkpoint";

    public static byte[] Format(IReadOnlyCollection<EpochEntry> entries) => CheckpointText.Write(
        entries, (text, entry) => text.Append(CultureInfo.InvariantCulture, $"{entry.Epoch} {entry.StartOffset}"));

    public static List<EpochEntry> Read(IBlobStore blobs) =>
        blobs.Read(FileName) is { } content ? CheckpointText.Read(FileName, content, Parse) : [];

    private static EpochEntry? Parse(string line)
    {
        var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
                ? new EpochEntry(epoch, offset)
                : null;
    }
}
