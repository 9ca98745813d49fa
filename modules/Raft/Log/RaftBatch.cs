namespace Kafka.Modular.Raft.Log;

/// <summary>A record batch of the metadata log; its records are opaque here, except for control records.</summary>
/// <param name="BaseOffset">Offset of the first record.</param>
/// <param name="LastOffset">Offset of the last record.</param>
/// <param name="Epoch">Leader epoch it was written in.</param>
/// <param name="Bytes">The whole batch in Kafka's format.</param>
/// <param name="Control">Its control records, in order; empty for a data batch.</param>
internal sealed record RaftBatch(
    long BaseOffset, long LastOffset, int Epoch, ReadOnlyMemory<byte> Bytes, IReadOnlyList<RaftControlRecord> Control)
{
    /// <summary>Offset after the last record.</summary>
    public long EndOffset => LastOffset + 1;
}
