namespace Kafka.Modular.Metadata.Loading;

/// <summary>Where a published image comes from.</summary>
/// <param name="Kind">From the log or from a snapshot.</param>
/// <param name="Provenance">Up to where in the log it goes.</param>
/// <param name="Leader">Who led the quorum when it was loaded.</param>
/// <param name="BatchCount">How many batches of the log made it; 0 from a snapshot.</param>
/// <param name="SizeInBytes">How large they were in bytes; 0 from a snapshot.</param>
/// <param name="Elapsed">How long loading took.</param>
public sealed record LoaderManifest(
    LoaderManifestKind Kind,
    MetadataProvenance Provenance,
    MetadataLeader Leader,
    int BatchCount,
    long SizeInBytes,
    TimeSpan Elapsed);

/// <summary>From where an image was loaded.</summary>
public enum LoaderManifestKind
{
    /// <summary>From batches of the log: the delta is what they changed.</summary>
    LogDelta,

    /// <summary>From a snapshot, or the first image that a publisher sees: the delta is the difference to what was there before.</summary>
    Snapshot,
}
