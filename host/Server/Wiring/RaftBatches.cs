using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Raft.Driver;

namespace Kafka.Modular.Server.Wiring;

/// <summary>Decodes what the quorum commits.</summary>
internal static class RaftBatches
{
    public static MetadataBatch Decode(CommittedBatch batch) => MetadataBatch.Decode(
        batch.BaseOffset, batch.LastOffset, batch.Epoch, batch.AppendTimestamp, batch.SizeInBytes, batch.Records);
}
