namespace Kafka.Modular.Raft.Log;

/// <summary>The first offset that was written in a leader epoch, a line of <c>leader-epoch-checkpoint</c>.</summary>
/// <param name="Epoch">Leader epoch.</param>
/// <param name="StartOffset">Offset of its first record.</param>
public readonly record struct EpochStart(int Epoch, long StartOffset);
