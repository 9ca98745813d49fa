namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>What a cleaning did.</summary>
internal sealed record CleaningStatistics
{
    /// <summary>Bytes read to learn the last offsets of keys.</summary>
    public long BytesIndexed { get; init; }

    /// <summary>Bytes of the segments that were cleaned.</summary>
    public long BytesRead { get; init; }

    /// <summary>Bytes of what they became.</summary>
    public long BytesWritten { get; init; }

    /// <summary>Records in the segments that were cleaned.</summary>
    public long RecordsRead { get; init; }

    /// <summary>Records left.</summary>
    public long RecordsWritten { get; init; }

    /// <summary>Records that had no key and went therefore.</summary>
    public long RecordsWithoutKey { get; init; }

    /// <summary>How full the map of keys became, 0 to 1.</summary>
    public double MapUtilization { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>By how many ms the most overdue log exceeded <c>max.compaction.lag.ms</c> when the cleaning began.</summary>
    public long MaxCompactionDelayMs { get; init; }
}
