namespace Kafka.Modular.Raft.Driver;

/// <summary>One committed batch of the metadata log. A batch was appended as a whole and is applied as a whole.</summary>
/// <param name="BaseOffset">Offset of the first record.</param>
/// <param name="LastOffset">Offset of the last record.</param>
/// <param name="Epoch">Leader epoch it was written in.</param>
/// <param name="AppendTimestamp">When the leader appended it, milliseconds since 1970 UTC.</param>
/// <param name="SizeInBytes">Size of the batch in the log.</param>
/// <param name="Records">The values of its records as the leader's client encoded them; empty for a batch of the quorum's own control records.</param>
public sealed record CommittedBatch(
    long BaseOffset, long LastOffset, int Epoch, long AppendTimestamp, int SizeInBytes, IReadOnlyList<ReadOnlyMemory<byte>> Records);
