using Kafka.Modular.Metadata.Features;

namespace Kafka.Modular.Metadata.Records;

/// <summary>An image holds something that the records of a metadata version cannot express.</summary>
/// <param name="version">The version to be written.</param>
/// <param name="loss">What would be lost.</param>
public sealed class UnwritableMetadataException(MetadataVersion version, string loss)
    : Exception($"metadata.version {version} cannot hold {loss}.")
{
    /// <summary>What would be lost.</summary>
    public string Loss { get; } = loss;
}
