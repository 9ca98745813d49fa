namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>Says which segments become one when they are cleaned.</summary>
internal static class SegmentGroups
{
    /// <summary>
    /// Groups neighbors as far as what they hold now, with its indexes, fits into one segment; what is left after cleaning may be far less, and is
    /// grouped again the next time.
    /// </summary>
    /// <param name="segments">The segments in order.</param>
    /// <param name="config">The sizes that a segment and its indexes may have.</param>
    /// <param name="endOffset">An offset that no record in the segments reaches.</param>
    public static IReadOnlyList<Range> Of(IReadOnlyList<SegmentFacts> segments, LogConfig config, long endOffset)
    {
        var groups = new List<Range>();
        for (var start = 0; start < segments.Count;)
        {
            var end = start + 1;
            var size = segments[start].Size;
            while (end < segments.Count && size + segments[end].Size <= config.SegmentBytes && FitsIndexes(size + segments[end].Size, config)
                && (segments[end].Size == 0 || LastOffset(segments, end, endOffset) - segments[start].BaseOffset <= int.MaxValue))
            {
                size += segments[end++].Size;
            }

            groups.Add(start..end);
            start = end;
        }

        return groups;
    }

    /// <summary>Whether the indexes have room, which get an entry for so many bytes of batches; an entry of the time index has 12 bytes.</summary>
    private static bool FitsIndexes(long size, LogConfig config) =>
        ((size / Math.Max(config.IndexIntervalBytes, 1)) + 2) * 12 <= config.SegmentIndexBytes;

    private static long LastOffset(IReadOnlyList<SegmentFacts> segments, int index, long endOffset) =>
        (index + 1 < segments.Count ? segments[index + 1].BaseOffset : endOffset) - 1;
}
