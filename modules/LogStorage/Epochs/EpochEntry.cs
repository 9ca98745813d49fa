namespace Kafka.Modular.LogStorage.Epochs;

/// <summary>A leader epoch and the offset of its first record (KIP-101).</summary>
/// <param name="Epoch">The leader epoch.</param>
/// <param name="StartOffset">Offset of the first record that was appended in it.</param>
public readonly record struct EpochEntry(int Epoch, long StartOffset);
