namespace Kafka.Modular.Spi.Storage;

/// <summary>What a check of a segment's indexes found.</summary>
public enum SegmentIndexState
{
    /// <summary>They can be used.</summary>
    Valid,

    /// <summary>A file is not there; the indexes must be built again.</summary>
    Missing,

    /// <summary>A file is torn or holds impossible entries; the indexes must be built again.</summary>
    Corrupt,
}
