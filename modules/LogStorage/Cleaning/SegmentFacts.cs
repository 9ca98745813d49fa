namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>What the decisions of the cleaner need to know of a segment.</summary>
/// <param name="BaseOffset">Offset in its name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="LargestTimestamp">Largest timestamp, or when it was last written to; in ms since the epoch.</param>
/// <param name="FirstTimestamp">Largest timestamp of its first batch, -1 where there is none.</param>
internal readonly record struct SegmentFacts(long BaseOffset, long Size, long LargestTimestamp = -1, long FirstTimestamp = -1);
