using System.Globalization;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;

namespace Kafka.Modular.LogStorage;

/// <summary>Names under which logs are stored: <c>topic-0</c>, and <c>topic-0.id-delete</c> while it is being deleted.</summary>
internal static class LogNames
{
    public const string DeleteSuffix = "-delete";
    public const string FutureSuffix = "-future";
    public const string StraySuffix = "-stray";

    /// <summary>The partition of the quorum's log, which is opened apart from the others.</summary>
    public static TopicPartition ClusterMetadata => new("__cluster_metadata", 0);

    /// <summary>What file systems allow.</summary>
    public const int LongestName = 255;

    private const int IdBytes = 16;

    /// <summary>Reads a partition's name; false for logs that are being deleted or moved, and for names that are none.</summary>
    public static bool TryParse(string name, out TopicPartition partition)
    {
        partition = default;
        var dash = name.LastIndexOf('-');
        if (dash <= 0 || IsDeleted(name) || IsFuture(name) || IsStray(name))
            return false;
        if (!int.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        partition = new TopicPartition(name[..dash], number);
        return true;
    }

    public static bool IsDeleted(string name) => name.EndsWith(DeleteSuffix, StringComparison.Ordinal);

    public static bool IsStray(string name) => name.EndsWith(StraySuffix, StringComparison.Ordinal);

    public static bool IsFuture(string name) => name.EndsWith(FutureSuffix, StringComparison.Ordinal);

    /// <summary>Reads the name of a copy that moves a log, or of a log that is marked as deleted: the partition stands before the id.</summary>
    public static bool TryParseSuffixed(string name, string suffix, out TopicPartition partition)
    {
        partition = default;
        var dot = name.LastIndexOf('.');
        return dot > 0 && name.EndsWith(suffix, StringComparison.Ordinal) && TryParse(name[..dot], out partition);
    }

    /// <summary>The length of a copy's name.</summary>
    public static int FutureLength(TopicPartition partition) => partition.ToString().Length + 1 + (2 * IdBytes) + FutureSuffix.Length;

    /// <summary>A name for the copy that moves a log, taken by no other.</summary>
    public static string ForFuture(TopicPartition partition, RandomSource random) => $"{partition}.{NewId(random)}{FutureSuffix}";

    /// <summary>A name that marks the log as deleted and is taken by no other; a long topic name is cut (KAFKA-8336).</summary>
    public static string ForDeletion(TopicPartition partition, RandomSource random) => Cut(partition, random, DeleteSuffix);

    /// <summary>A name for a log that belongs to no replica, taken by no other; a long topic name is cut.</summary>
    public static string ForStray(TopicPartition partition, RandomSource random) => Cut(partition, random, StraySuffix);

    private static string Cut(TopicPartition partition, RandomSource random, string end)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $"-{partition.Partition}.{NewId(random)}{end}");
        return string.Concat(partition.Topic.AsSpan(0, Math.Min(partition.Topic.Length, LongestName - suffix.Length)), suffix);
    }

    private static string NewId(RandomSource random)
    {
        Span<byte> id = stackalloc byte[IdBytes];
        random.NextBytes(id);
        return Convert.ToHexStringLower(id);
    }
}
