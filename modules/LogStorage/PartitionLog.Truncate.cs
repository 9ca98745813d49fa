using Kafka.Modular.LogStorage.Recovery;
using Kafka.Modular.LogStorage.Segments;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage;

public sealed partial class PartitionLog
{
    /// <summary>
    /// Cuts the log so that it ends at an offset, or where the batch begins that the offset lies in: a follower that has more than its leader, or
    /// a member of the quorum. Readers see the new end at once; it completes when no lease reaches beyond it. Appends are refused until then.
    /// </summary>
    /// <returns>False if the log ends there or earlier already.</returns>
    /// <exception cref="LogStoreException">The segment could not be cut.</exception>
    public async ValueTask<bool> TruncateToAsync(long offset, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        // The active segment is never cleaned.
        var touchesCleaning = offset < ActiveSegmentBaseOffset;
        if (touchesCleaning)
            await Cleaning.PauseAsync();
        try
        {
            return await TruncateLockedAsync(offset, cancellationToken);
        }
        finally
        {
            if (touchesCleaning)
                Cleaning.Resume();
        }
    }

    private async ValueTask<bool> TruncateLockedAsync(long offset, CancellationToken cancellationToken)
    {
        await _structure.WaitAsync(cancellationToken);
        try
        {
            if (offset >= LogEndOffset)
            {
                lock (_lock)
                    _epochs.TruncateFromEnd(_end.Offset);
                return false;
            }

            // Below the start there is nothing to keep.
            if (LogStartOffset >= offset)
            {
                await TruncateFullyLockedAsync(offset, offset);
                return true;
            }

            LogSegment last;
            int position;
            lock (_lock)
            {
                ThrowIfClosed();
                _options.Logger.Truncated(ToString(), offset, _end.Offset);
                _isTruncating = true;
                last = DropSegmentsAbove(offset);
                if (last.TryFind(offset, out position, out _))
                    offset = Math.Min(offset, BaseOffsetAt(last, position));
                LowerEnd(new LogPosition(offset, last, position));
            }

            await FinishTruncationAsync(last, offset, position);
            return true;
        }
        finally
        {
            _structure.Release();
            SaveEpochs(durable: true);
            LowerCleanedOffset(LogEndOffset);
        }
    }

    /// <summary>
    /// Empties the log and lets it go on at an offset: a follower whose leader no longer has what it needs, or a snapshot of the quorum's log.
    /// </summary>
    /// <param name="offset">The new end.</param>
    /// <param name="logStartOffset">The first offset that may be read, null for the same.</param>
    /// <param name="cancellationToken">Ends waiting for other work on the log; the truncation itself is not cancelled.</param>
    /// <exception cref="LogStoreException">A segment could not be created.</exception>
    public async ValueTask TruncateFullyAndStartAtAsync(long offset, long? logStartOffset, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        await Cleaning.PauseAsync();
        try
        {
            await _structure.WaitAsync(cancellationToken);
            try
            {
                await TruncateFullyLockedAsync(offset, logStartOffset ?? offset);
            }
            finally
            {
                _structure.Release();
                SaveEpochs(durable: true);
                LowerCleanedOffset(offset);
            }
        }
        finally
        {
            Cleaning.Resume();
        }
    }

    private ValueTask TruncateFullyLockedAsync(long offset, long logStartOffset)
    {
        long highWatermark;
        lock (_lock)
        {
            ThrowIfClosed();
            _options.Logger.Truncated(ToString(), offset, _end.Offset);
            foreach (var segment in _segments)
            {
                segment.Store.MarkDeleted();
                DeleteLater(segment);
            }

            var fresh = NewSegment(offset);
            _segments = [fresh];
            _epochs.Clear();
            _producers.TruncateFullyAndStartAt(offset);
            Volatile.Write(ref _logStartOffset, logStartOffset);
            _truncations++;
            Volatile.Write(ref _recoveryPoint, Math.Min(_recoveryPoint, offset));
            Volatile.Write(ref _flushedOffset, Math.Min(_flushedOffset, offset));
            _end.Set(new LogPosition(offset, fresh, Position: 0));
            SetHighWatermark(offset);
            RefreshFirstUnstableOffset();
            highWatermark = offset;
        }

        _store.Flush();
        NotifyHighWatermark(highWatermark);
        return ValueTask.CompletedTask;
    }

    /// <summary>Under the lock. Takes whole segments out and gives the one that the offset lies in.</summary>
    private LogSegment DropSegmentsAbove(long offset)
    {
        var keep = FloorIndex(_segments, offset) + 1;
        var dropped = _segments[keep..];
        _segments = _segments[..keep];
        for (var index = dropped.Length - 1; index >= 0; index--)
        {
            dropped[index].Store.MarkDeleted();
            _producers.DeleteSnapshot(dropped[index].BaseOffset);
            DeleteLater(dropped[index]);
        }

        return _segments[^1];
    }

    /// <summary>
    /// Base offset of the batch at a position. The log ends there, not inside of the batch: else offsets would be missing for ever, and recovery takes
    /// missing offsets for lost ones.
    /// </summary>
    private static long BaseOffsetAt(LogSegment segment, int position)
    {
        using var reader = new SegmentBatchReader(segment.Store, position, segment.Size);
        return reader.MoveNext(whole: false) ? reader.Current.BaseOffset : long.MaxValue;
    }

    /// <summary>Under the lock.</summary>
    private void LowerEnd(in LogPosition end)
    {
        _end.Set(in end);
        _truncations++;
        Volatile.Write(ref _recoveryPoint, Math.Min(_recoveryPoint, end.Segment!.BaseOffset));
        Volatile.Write(ref _flushedOffset, Math.Min(_flushedOffset, end.Offset));
        // The start can lie inside of the batch that went.
        Volatile.Write(ref _logStartOffset, Math.Min(_logStartOffset, end.Offset));
        if (_highWatermark.Offset >= end.Offset)
            SetHighWatermark(end.Offset);
    }

    private async ValueTask FinishTruncationAsync(LogSegment last, long offset, int position)
    {
        try
        {
            await last.Store.TruncateAsync(offset, position, CancellationToken.None);
            // What was cut must not come back after a loss of power, among what is appended next.
            last.MarkDirty();
            last.Flush();
            lock (_lock)
            {
                last.OnTruncated();
                _epochs.TruncateFromEnd(offset);
                ProducerRecovery.Rebuild(_producers, _segments, _logStartOffset, offset, Now, _config.ProducerIdExpirationMs);
                RefreshFirstUnstableOffset();
            }
        }
        finally
        {
            lock (_lock)
                _isTruncating = false;
        }

        NotifyHighWatermark(HighWatermark);
    }
}
