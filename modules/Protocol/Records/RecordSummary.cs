namespace Kafka.Modular.Protocol.Records;

/// <summary>What checking a batch needs to know of one record.</summary>
/// <param name="OffsetDelta">Offset minus the batch's base offset.</param>
/// <param name="TimestampDelta">Timestamp minus the batch's base timestamp, in ms.</param>
/// <param name="HasKey">Whether the key is not null.</param>
/// <param name="SizeInBytes">Bytes of the record, its length included.</param>
public readonly record struct RecordSummary(int OffsetDelta, long TimestampDelta, bool HasKey, int SizeInBytes);
