namespace Kafka.Modular.Metadata.Features;

/// <summary>A level of a feature.</summary>
/// <param name="Level">The number.</param>
/// <param name="BootstrapMetadataVersion">A cluster formatted at this metadata version or later gets the level unless told otherwise.</param>
/// <param name="RequiredMetadataVersion">The metadata version without which the level cannot be finalized, or null.</param>
public sealed record FeatureLevel(short Level, MetadataVersion BootstrapMetadataVersion, MetadataVersion? RequiredMetadataVersion = null);
