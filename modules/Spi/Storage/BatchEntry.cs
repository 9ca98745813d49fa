namespace Kafka.Modular.Spi.Storage;

/// <summary>What a segment is told about one batch so that it can be found again.</summary>
/// <param name="LastOffset">Offset of the batch's last record.</param>
/// <param name="MaxTimestamp">Largest timestamp in milliseconds since 1970, or -1.</param>
/// <param name="OffsetOfMaxTimestamp">
/// Offset that the time index pairs with <paramref name="MaxTimestamp"/>; Kafka takes the batch's last offset (KIP-734 reads the batch for the exact one).
/// </param>
/// <param name="Length">Bytes of the batch.</param>
public readonly record struct BatchEntry(long LastOffset, long MaxTimestamp, long OffsetOfMaxTimestamp, int Length);
