using Kafka.Modular.LogStorage.Producers;
using Kafka.Modular.LogStorage.Segments;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.LogStorage.Recovery;

/// <summary>Rebuilds producer state from its latest snapshot and the batches behind it.</summary>
internal static class ProducerRecovery
{
    /// <summary>
    /// Brings the state to <paramref name="endOffset"/>, and leaves snapshots at the last two segments and at the end, so that the next
    /// time there is less to read.
    /// </summary>
    public static void Rebuild(
        ProducerStates producers,
        IReadOnlyList<LogSegment> segments,
        long logStartOffset,
        long endOffset,
        long now,
        long expirationMs,
        long snapshotLimit = long.MaxValue)
    {
        producers.TruncateAndReload(logStartOffset, endOffset, Math.Min(snapshotLimit, endOffset), now, expirationMs);
        for (var index = 0; index < segments.Count && producers.MapEndOffset < endOffset; index++)
        {
            var segment = segments[index];
            if (index + 1 < segments.Count && segments[index + 1].BaseOffset <= producers.MapEndOffset)
                continue;
            producers.SetMapEndOffset(Math.Max(Math.Max(segment.BaseOffset, producers.MapEndOffset), logStartOffset));
            if (index >= segments.Count - 2 && segment.BaseOffset == producers.MapEndOffset)
                producers.TakeSnapshot(durable: false);
            Replay(producers, segment, endOffset);
        }

        producers.SetMapEndOffset(endOffset);
        producers.TakeSnapshot(durable: false);
    }

    private static void Replay(ProducerStates producers, LogSegment segment, long endOffset)
    {
        var from = producers.MapEndOffset;
        var position = from > segment.BaseOffset && segment.TryFind(from, out var found, out _) ? found : 0;
        using var reader = new SegmentBatchReader(segment.Store, position, segment.Size);
        while (reader.MoveNext(whole: false))
        {
            var batch = reader.Current;
            if (batch.BaseOffset >= endOffset)
                return;
            if (batch.LastOffset < from)
                continue;
            Apply(producers, reader);
        }
    }

    private static void Apply(ProducerStates producers, SegmentBatchReader reader)
    {
        if (!reader.Current.HasProducerId || (reader.Current.IsControl && !reader.LoadWhole()))
            return;
        var batch = reader.Current;
        if (producers.Apply(in batch) is { } completed)
            producers.Complete(in completed);
    }
}
