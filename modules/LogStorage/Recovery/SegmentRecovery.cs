using Kafka.Modular.Core.Time;
using Kafka.Modular.LogStorage.Epochs;
using Kafka.Modular.LogStorage.Producers;
using Kafka.Modular.LogStorage.Segments;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage.Recovery;

/// <summary>Reads segments batch by batch, builds their indexes again, and cuts them behind the last good batch.</summary>
internal sealed class SegmentRecovery(
    PartitionLogOptions options, IBlobStore blobs, LeaderEpochCache epochs, IReadOnlyList<LogSegment> segments)
{
    private const int BufferSize = 256 * 1024;

    private ProducerStates? _producers;

    /// <summary>Recovers the segment at <paramref name="index"/>; true if what follows it is not to be trusted.</summary>
    public async ValueTask<bool> RecoverAsync(int index, CancellationToken cancellationToken)
    {
        var segment = segments[index];
        var producers = ProducersAt(index);
        segment.MarkDirty();
        var (position, nextOffset, status) = Reindex(segment, producers);
        producers.SetMapEndOffset(nextOffset);
        producers.TakeSnapshot(durable: false);
        var excess = segment.Size - position;
        if (excess > 0)
        {
            options.Logger.TailTruncated(
                $"{options.TopicPartition} in {options.Directory.Path}", excess, nextOffset, segment.Store.Location, status.ToString());
            await segment.Store.TruncateAsync(nextOffset, position, cancellationToken);
            // What was cut must not come back among what is appended next.
            segment.Flush();
        }

        if (index + 1 == segments.Count)
            return excess > 0;
        segment.Seal();
        // Power was lost before the end of this segment was on disk, though a later one is: a follower has to fetch from here on again. In a
        // compacted log offsets are missing by right, also where it is compacted no longer.
        return excess > 0
            || (nextOffset < segments[index + 1].BaseOffset && !options.Config.IsCompacted && !(segments[index + 1].BaseOffset <= options.CleanedOffset));
    }

    /// <summary>Takes the leader epochs from the batches of a segment that needs no recovery.</summary>
    public void ReadEpochs(LogSegment segment)
    {
        using var reader = new SegmentBatchReader(segment.Store, 0, segment.Size, BufferSize);
        while (reader.MoveNext(whole: false))
        {
            var batch = reader.Current;
            AssignEpoch(in batch);
        }
    }

    private void AssignEpoch(in RecordBatchView batch)
    {
        if (batch.PartitionLeaderEpoch >= 0 && !(epochs.LatestEpoch >= batch.PartitionLeaderEpoch))
            epochs.Assign(batch.PartitionLeaderEpoch, batch.BaseOffset);
    }

    /// <summary>The state before the segment: needed to tell the transaction index what a marker ends.</summary>
    private ProducerStates ProducersAt(int index)
    {
        var offset = segments[index].BaseOffset;
        if (_producers is null || _producers.MapEndOffset != offset)
        {
            _producers = new ProducerStates(blobs);
            ProducerRecovery.Rebuild(
                _producers,
                [.. segments.Take(index)],
                options.LogStartOffset,
                offset,
                options.Time.UnixMilliseconds(),
                options.Config.ProducerIdExpirationMs);
        }

        return _producers;
    }

    private (int Position, long NextOffset, RecordSetStatus Status) Reindex(LogSegment segment, ProducerStates producers)
    {
        var nextOffset = segment.BaseOffset;
        var position = 0;
        segment.Store.BeginReindex();
        using var reader = new SegmentBatchReader(segment.Store, 0, segment.Size, BufferSize);
        while (reader.MoveNext(whole: true))
        {
            var batch = reader.Current;
            if (!IsGood(in batch, segment.BaseOffset, nextOffset, position))
                return (position, nextOffset, RecordSetStatus.Corrupt);
            segment.Store.Reindex(
                position, new BatchEntry(batch.LastOffset, batch.MaxTimestamp, batch.LastOffset, batch.SizeInBytes));
            AssignEpoch(in batch);
            ApplyProducer(segment, producers, in batch);
            nextOffset = batch.NextOffset;
            position = reader.NextPosition;
        }

        return (position, nextOffset, reader.Status);
    }

    private static bool IsGood(in RecordBatchView batch, long segmentBaseOffset, long nextOffset, int position)
    {
        if (!batch.IsValid() || batch.LastOffset < batch.BaseOffset || batch.LastOffset - segmentBaseOffset > int.MaxValue)
            return false;
        return position == 0 ? batch.LastOffset >= segmentBaseOffset : batch.LastOffset >= nextOffset;
    }

    private static void ApplyProducer(LogSegment segment, ProducerStates producers, in RecordBatchView batch)
    {
        if (producers.Apply(in batch) is not { } completed)
            return;
        if (completed.IsAborted)
        {
            segment.Store.AppendAbortedTransaction(new AbortedTransaction(
                completed.ProducerId, completed.FirstOffset, completed.LastOffset, producers.LastStableOffsetAfter(in completed)));
        }

        producers.Complete(in completed);
    }
}
