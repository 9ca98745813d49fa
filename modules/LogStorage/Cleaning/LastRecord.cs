namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>What a producer that is still known wrote last: the batch that has it must stay, for it carries the sequence number or the epoch.</summary>
/// <param name="LastDataOffset">Offset of its last record, -1 where only its marker is left.</param>
/// <param name="Epoch">The producer's epoch.</param>
internal readonly record struct LastRecord(long LastDataOffset, short Epoch);
