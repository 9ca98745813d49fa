using Kafka.Modular.Protocol;

namespace Kafka.Modular.Metadata.Records;

/// <summary>A record of the metadata log. Once it is replayed, nobody changes the message.</summary>
/// <param name="Message">The generated message.</param>
/// <param name="Version">The version to write it in.</param>
public readonly record struct MetadataRecord(IMetadataRecord Message, short Version);
