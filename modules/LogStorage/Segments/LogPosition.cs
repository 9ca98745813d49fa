namespace Kafka.Modular.LogStorage.Segments;

/// <summary>An offset and where its batch begins, or would.</summary>
/// <param name="Offset">The offset.</param>
/// <param name="Segment">The segment.</param>
/// <param name="Position">Position in bytes in the segment.</param>
internal readonly record struct LogPosition(long Offset, LogSegment? Segment, int Position);
