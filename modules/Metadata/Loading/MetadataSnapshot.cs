using Kafka.Modular.Metadata.Records;

namespace Kafka.Modular.Metadata.Loading;

/// <summary>A snapshot of the metadata log, to be loaded (KIP-630).</summary>
/// <param name="EndOffset">Offset after the last record that it covers.</param>
/// <param name="Epoch">Leader epoch of that record.</param>
/// <param name="Batches">Its batches in order, read and decoded while they are enumerated on the metadata loop.</param>
public sealed record MetadataSnapshot(long EndOffset, int Epoch, IEnumerable<MetadataBatch> Batches);
