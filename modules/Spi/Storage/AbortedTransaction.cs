namespace Kafka.Modular.Spi.Storage;

/// <summary>An aborted transaction as the transaction index keeps it (entry version 0).</summary>
/// <param name="ProducerId">Producer of the transaction.</param>
/// <param name="FirstOffset">Offset of its first record in the partition.</param>
/// <param name="LastOffset">Offset of its abort marker.</param>
/// <param name="LastStableOffset">Last stable offset when the marker was written.</param>
public readonly record struct AbortedTransaction(long ProducerId, long FirstOffset, long LastOffset, long LastStableOffset);
