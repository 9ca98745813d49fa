namespace Kafka.Modular.Metadata.Loading;

/// <summary>Who leads the metadata quorum.</summary>
/// <param name="LeaderId">Id of the controller; null while there is none.</param>
/// <param name="Epoch">Epoch of the quorum.</param>
public readonly record struct MetadataLeader(int? LeaderId, int Epoch);
