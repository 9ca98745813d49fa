namespace Kafka.Modular.LogStorage;

/// <summary>An offset that ListOffsets asked for by time.</summary>
/// <param name="Timestamp">Timestamp of the record in ms since the epoch, -1 where the question was not for a timestamp.</param>
/// <param name="Offset">The offset, -1 for none.</param>
/// <param name="LeaderEpoch">The epoch in which it was appended, null where the log does not know.</param>
public readonly record struct OffsetForTimestamp(long Timestamp, long Offset, int? LeaderEpoch);
