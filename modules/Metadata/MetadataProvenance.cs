namespace Kafka.Modular.Metadata;

/// <summary>Up to where in the metadata log an image goes.</summary>
/// <param name="LastContainedOffset">Offset of the last record in it, -1 for none.</param>
/// <param name="LastContainedEpoch">Leader epoch of that record, -1 for none.</param>
/// <param name="LastContainedLogTimeMs">When that record was appended, in ms since the epoch, -1 for none.</param>
/// <param name="IsOffsetBatchAligned">Whether the offset is the last of its batch: a snapshot may only be taken there.</param>
public readonly record struct MetadataProvenance(
    long LastContainedOffset, int LastContainedEpoch, long LastContainedLogTimeMs, bool IsOffsetBatchAligned)
{
    /// <summary>Before the first record.</summary>
    public static MetadataProvenance Empty => new(-1, -1, -1, false);

    /// <summary>The name of a snapshot of the image, without extension (KIP-630): end offset and epoch.</summary>
    public string SnapshotName => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{LastContainedOffset + 1:D20}-{LastContainedEpoch:D10}");
}
