namespace Kafka.Modular.LogStorage.Producers;

/// <summary>A transaction that a marker ended.</summary>
/// <param name="ProducerId">Its producer.</param>
/// <param name="FirstOffset">Offset of its first record.</param>
/// <param name="LastOffset">Offset of the marker.</param>
/// <param name="IsAborted">Whether it was aborted.</param>
internal readonly record struct CompletedTransaction(long ProducerId, long FirstOffset, long LastOffset, bool IsAborted);
