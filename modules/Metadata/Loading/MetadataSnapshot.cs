using Kafka.Modular.Metadata.Records;

namespace Kafka.Modular.Metadata.Loading;

/// <summary>A snapshot of the metadata log, to be loaded (KIP-630).</summary>
/// <param name="EndOffset">Offset after the last record that it covers.</param>
/// <param name="Epoch">Leader epoch of that record.</param>
/// <param name="LastContainedLogTimeMs">When that record was appended, in ms since the epoch; -1 if only a batch says it, or nobody.</param>
/// <param name="Batches">Its batches in order, read and decoded while they are enumerated on the metadata loop.</param>
public sealed record MetadataSnapshot(long EndOffset, int Epoch, long LastContainedLogTimeMs, IEnumerable<MetadataBatch> Batches);
