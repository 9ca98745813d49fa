namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>What the decisions of the cleaner need to know of a log, at one moment.</summary>
internal sealed record LogFacts
{
    /// <summary>Its segments in order; the last one is appended to.</summary>
    public required IReadOnlyList<SegmentFacts> Segments { get; init; }

    /// <summary>Its settings.</summary>
    public required LogConfig Config { get; init; }

    /// <summary>First offset that may be read.</summary>
    public long LogStartOffset { get; init; }

    /// <summary>Offset of the record that is appended next.</summary>
    public required long LogEndOffset { get; init; }

    /// <summary>Offset below which every record is replicated and every transaction has ended.</summary>
    public required long LastStableOffset { get; init; }

    /// <summary>Offset below which it is clean, from the checkpoint; null where it was never cleaned.</summary>
    public long? CleanedOffset { get; init; }
}
