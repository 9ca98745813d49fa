namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>Which part of a log can be cleaned, and whether it should be now.</summary>
internal sealed record CleaningPlan
{
    /// <summary>Where the part begins that was not cleaned yet.</summary>
    public required long FirstDirtyOffset { get; init; }

    /// <summary>Where the part begins that must not be cleaned yet: where a segment begins.</summary>
    public required long FirstUncleanableOffset { get; init; }

    /// <summary>Bytes that are clean.</summary>
    public required long CleanBytes { get; init; }

    /// <summary>Bytes that can be cleaned.</summary>
    public required long CleanableBytes { get; init; }

    /// <summary>Ms by which the oldest record that was not cleaned exceeds <c>max.compaction.lag.ms</c>; 0 where it does not.</summary>
    public required long CompactionDelayMs { get; init; }

    /// <summary>Whether the checkpoint named an offset that the log does not have, and has to be written anew.</summary>
    public required bool IsCheckpointInvalid { get; init; }

    /// <summary>Bytes that a cleaning looks at.</summary>
    public long TotalBytes => CleanBytes + CleanableBytes;

    /// <summary>The share of them that was not cleaned yet.</summary>
    public double DirtyRatio => TotalBytes == 0 ? 0 : (double)CleanableBytes / TotalBytes;

    /// <summary>Whether the log should be cleaned now: it is dirty enough (<c>min.cleanable.dirty.ratio</c>), or a record is overdue (KIP-354).</summary>
    public bool IsDue(LogConfig config) => TotalBytes > 0 && ((CompactionDelayMs > 0 && CleanableBytes > 0) || DirtyRatio > config.MinCleanableDirtyRatio);

    /// <summary>Decides.</summary>
    /// <param name="log">The log.</param>
    /// <param name="now">The time in ms since the epoch.</param>
    public static CleaningPlan Of(LogFacts log, long now)
    {
        var checkpoint = log.CleanedOffset ?? log.LogStartOffset;
        var isInvalid = checkpoint < log.LogStartOffset || checkpoint > log.LogEndOffset;
        var firstDirty = isInvalid ? log.LogStartOffset : checkpoint;
        var limit = Math.Max(firstDirty, FirstUncleanable(log, firstDirty, now));

        // A segment that may not be cleaned to its end is not cleaned at all.
        var uncleanable = FloorIndex(log.Segments, limit);
        var uncleanableOffset = log.Segments[uncleanable].BaseOffset;
        var dirty = Math.Min(FloorIndex(log.Segments, firstDirty), uncleanable);
        return new CleaningPlan
        {
            FirstDirtyOffset = firstDirty,
            FirstUncleanableOffset = uncleanableOffset,
            CleanBytes = log.Segments.TakeWhile(segment => segment.BaseOffset < firstDirty).Sum(static segment => segment.Size),
            CleanableBytes = log.Segments.Take(dirty..uncleanable).Sum(static segment => segment.Size),
            CompactionDelayMs = CompactionDelay(log, firstDirty, now),
            IsCheckpointInvalid = isInvalid,
        };
    }

    /// <summary>Index of the last segment that begins at or below an offset, or of the first one.</summary>
    private static int FloorIndex(IReadOnlyList<SegmentFacts> segments, long offset)
    {
        var index = segments.Count - 1;
        while (index > 0 && segments[index].BaseOffset > offset)
            index--;
        return index;
    }

    /// <summary>
    /// Nothing in the active segment is cleaned, nothing that is not replicated or whose transaction goes on, and nothing in or behind a segment with a record
    /// younger than <c>min.compaction.lag.ms</c>.
    /// </summary>
    private static long FirstUncleanable(LogFacts log, long firstDirty, long now)
    {
        var active = log.Segments.Count - 1;
        var first = Math.Min(log.LastStableOffset, log.Segments[active].BaseOffset);
        var lag = log.Config.MinCompactionLagMs;
        if (lag <= 0)
            return first;
        for (var index = FloorIndex(log.Segments, firstDirty); index < active; index++)
        {
            if (log.Segments[index].LargestTimestamp > now - lag)
                return Math.Min(first, log.Segments[index].BaseOffset);
        }

        return first;
    }

    private static long CompactionDelay(LogFacts log, long firstDirty, long now)
    {
        var earliest = long.MaxValue;
        for (var index = FloorIndex(log.Segments, firstDirty); index < log.Segments.Count - 1; index++)
        {
            if (log.Segments[index].FirstTimestamp > 0)
                earliest = Math.Min(earliest, log.Segments[index].FirstTimestamp);
        }

        var cleanUntil = now - Math.Max(log.Config.MaxCompactionLagMs, 0);
        return earliest < cleanUntil ? cleanUntil - earliest : 0;
    }
}
