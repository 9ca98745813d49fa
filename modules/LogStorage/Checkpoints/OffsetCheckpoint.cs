using System.Globalization;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage.Checkpoints;

/// <summary>The checkpoint files of a log directory: a line <c>topic partition offset</c> for each partition.</summary>
internal static class OffsetCheckpoint
{
    public const string RecoveryPoints = "recovery-point-offset-checkpoint";
    public const string LogStartOffsets = "log-start-offset-checkpoint";
    public const string HighWatermarks = "replication-offset-checkpoint";
    public const string CleanerOffsets = "cleaner-offset-checkpoint";

    public static byte[] Format(IReadOnlyCollection<KeyValuePair<TopicPartition, long>> offsets) => CheckpointText.Write(
        offsets,
        (text, entry) => text.Append(CultureInfo.InvariantCulture, $"{entry.Key.Topic} {entry.Key.Partition} {entry.Value}"));

    public static Dictionary<TopicPartition, long> Read(IBlobStore blobs, string name) =>
        blobs.Read(name) is { } content
            ? CheckpointText.Read(name, content, Parse).DistinctBy(entry => entry.Key).ToDictionary()
            : [];

    public static void Write(IBlobStore blobs, string name, IReadOnlyCollection<KeyValuePair<TopicPartition, long>> offsets) =>
        blobs.Put(name, Format(offsets), durable: true);

    private static KeyValuePair<TopicPartition, long>? Parse(string line)
    {
        var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 3
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            && long.TryParse(parts[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var offset)
                ? new(new TopicPartition(parts[0], partition), offset)
                : null;
    }
}
