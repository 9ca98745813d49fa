namespace Kafka.Modular.LogStorage.Producers;

/// <summary>A transaction of which records are in the log.</summary>
/// <param name="ProducerId">Its producer.</param>
/// <param name="FirstOffset">Offset of its first record.</param>
/// <param name="LastOffset">Offset of the marker that ended it, -1 while it goes on.</param>
internal readonly record struct OngoingTransaction(long ProducerId, long FirstOffset, long LastOffset);
