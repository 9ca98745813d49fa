using System.Globalization;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.LogStorage.Producers;
using Kafka.Modular.LogStorage.Segments;
using Kafka.Modular.Protocol;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage;

public sealed partial class PartitionLog
{
    /// <summary>Begins a new segment at the log's end; nothing happens where the active one is empty.</summary>
    /// <exception cref="LogStoreException">The segment could not be created.</exception>
    public void Roll()
    {
        lock (_lock)
        {
            ThrowIfClosed();
            if (_segments[^1].Size > 0)
                RollLocked(_end.Offset);
        }
    }

    /// <summary>Makes everything that was appended before the call durable, and raises the recovery point.</summary>
    /// <exception cref="LogStoreException">The disk refused.</exception>
    public void Flush() => FlushSegments(includeActive: true);

    /// <summary>Makes every segment but the active one durable.</summary>
    /// <exception cref="LogStoreException">The disk refused.</exception>
    internal void FlushRolledSegments() => FlushSegments(includeActive: false);

    /// <summary>Flushes if <c>flush.ms</c> has passed since the last time and something was appended since.</summary>
    public void FlushIfDue()
    {
        var flushMs = Config.FlushMs;
        if (flushMs != long.MaxValue && UnflushedRecords > 0 && Now - LastFlushTime >= flushMs)
            Flush();
    }

    /// <summary>Writes a producer snapshot at the log's end.</summary>
    public void TakeProducerSnapshot()
    {
        lock (_lock)
            _producers.TakeSnapshot(durable: true);
    }

    /// <summary>Forgets producers that have written nothing for <c>producer.id.expiration.ms</c>.</summary>
    /// <returns>How many were forgotten.</returns>
    public int RemoveExpiredProducers()
    {
        lock (_lock)
            return _producers.RemoveExpired(Now, _config.ProducerIdExpirationMs);
    }

    /// <summary>
    /// Raises the first offset that may be read: DeleteRecords, retention, a follower's leader, a snapshot of the quorum's log. Segments that
    /// lie below it go with the next <see cref="DeleteOldSegments"/>.
    /// </summary>
    /// <returns>
    /// <see cref="ErrorCode.OffsetOutOfRange"/> if the offset is above the high watermark; none also where the log starts later already.
    /// </returns>
    public ErrorCode MaybeIncrementLogStartOffset(long offset, string reason)
    {
        lock (_lock)
        {
            ThrowIfClosed();
            if (offset > _highWatermark.Offset)
                return ErrorCode.OffsetOutOfRange;
            if (offset <= _logStartOffset)
                return ErrorCode.None;
            RaiseLogStartOffset(offset, reason);
        }

        SaveEpochs(durable: false);
        return ErrorCode.None;
    }

    /// <summary>Deletes segments that lie below the log start offset, that are too many bytes or too old, and below the high watermark.</summary>
    /// <returns>How many were deleted.</returns>
    public int DeleteOldSegments()
    {
        var config = _config;
        var deleted = Delete(config, "it lies below the log start offset", static (log, _, next, _) =>
            next is not null && next.BaseOffset <= log._logStartOffset);
        if (!config.IsDeleted)
            return deleted;
        if (config.RetentionBytes >= 0)
        {
            deleted += Delete(
                config,
                string.Create(CultureInfo.InvariantCulture, $"the log is larger than retention.bytes={config.RetentionBytes}"),
                static (log, segment, _, settings) => log.Size - segment.Size >= settings.RetentionBytes);
        }

        if (config.RetentionMs >= 0)
        {
            deleted += Delete(
                config,
                string.Create(CultureInfo.InvariantCulture, $"it is older than retention.ms={config.RetentionMs}"),
                static (log, segment, _, settings) => log.Now - segment.LargestTimestamp > settings.RetentionMs);
        }

        return deleted;
    }

    /// <summary>Under the lock. Gives the segment to append to.</summary>
    private LogSegment RollIfNeeded(LogConfig config, int bytes, long maxTimestamp, long lastOffset, long nextOffset, long now)
    {
        var active = _segments[^1];
        return active.ShouldRoll(config, bytes, maxTimestamp, lastOffset, now) ? RollLocked(nextOffset) : active;
    }

    /// <summary>Under the lock. A new segment at <paramref name="offset"/>, with a producer snapshot at its beginning.</summary>
    private LogSegment RollLocked(long offset)
    {
        var active = _segments[^1];
        offset = Math.Max(offset, _end.Offset);
        if (active.BaseOffset == offset && active.Size == 0)
        {
            // An empty segment of that name can only be rolled because an index has no room or it is too old: it begins anew.
            return ReplaceEmptyActive(offset);
        }

        active.Seal();
        _producers.SetMapEndOffset(offset);
        var snapshot = _producers.TakeSnapshot(durable: false);
        var segment = NewSegment(offset);
        _segments = [.. _segments, segment];
        if (_end.Value.Offset == offset)
            _end.Set(new LogPosition(offset, segment, Position: 0));
        _options.Logger.SegmentRolled(ToString(), offset);
        _options.Background.Post(() => FlushRolled(snapshot));
        return segment;
    }

    private LogSegment ReplaceEmptyActive(long offset)
    {
        var old = _segments[^1];
        old.Store.MarkDeleted();
        DeleteLater(old);
        var segment = NewSegment(offset);
        _segments = [.. _segments.AsSpan(0, _segments.Length - 1), segment];
        if (_end.Value.Offset == offset)
            _end.Set(new LogPosition(offset, segment, Position: 0));
        return segment;
    }

    private LogSegment NewSegment(long offset) => LogSegmentFactory.Create(_store.CreateSegment(offset), _options, _config);

    private void FlushRolled(string? snapshot)
    {
        try
        {
            if (snapshot is not null)
                _store.Blobs.Flush(snapshot);
            FlushSegments(includeActive: false);
        }
        catch (Exception error) when (error is LogStoreException or ObjectDisposedException)
        {
            if (error is LogStoreException)
                _options.Logger.BackgroundFailed(error, ToString(), "flushing a rolled segment");
        }
    }

    /// <summary>Flushes what was written before the call, without the log's lock.</summary>
    private void FlushSegments(bool includeActive)
    {
        SaveEpochs(durable: true);
        FlushBlobs();
        long records, end;
        int truncations;
        LogSegment[] segments;
        lock (_lock)
        {
            (records, end, truncations, segments) = (_appendedRecords, _end.Offset, _truncations, _segments);
        }

        var active = segments[^1];
        foreach (var segment in segments)
        {
            if (includeActive || segment != active)
                segment.Flush();
        }

        lock (_lock)
        {
            // What was flushed may be gone, and something else not flushed stand in its place.
            if (truncations != _truncations)
                return;
            Volatile.Write(ref _recoveryPoint, Math.Max(_recoveryPoint, active.BaseOffset));
            Volatile.Write(ref _flushedOffset, Math.Max(_flushedOffset, includeActive ? end : active.BaseOffset));
            Volatile.Write(ref _lastFlushTime, Now);
            if (includeActive)
                Volatile.Write(ref _flushedRecords, Math.Max(_flushedRecords, records));
        }
    }

    private delegate bool DeletionCondition(PartitionLog log, LogSegment segment, LogSegment? next, LogConfig config);

    private int Delete(LogConfig config, string reason, DeletionCondition condition)
    {
        // A truncation that waits for a reader holds this for long; the next sweep does what this one could not.
        if (!_structure.Wait(0))
            return 0;
        try
        {
            lock (_lock)
            {
                if (_isClosed)
                    return 0;
                var deleted = 0;
                while (IsDeletable(config, condition))
                {
                    if (_segments.Length == 1)
                        RollLocked(_end.Offset);
                    DeleteFirst(reason);
                    deleted++;
                }

                return deleted;
            }
        }
        finally
        {
            _structure.Release();
            SaveEpochs(durable: false);
        }
    }

    private bool IsDeletable(LogConfig config, DeletionCondition condition)
    {
        var segment = _segments[0];
        var next = _segments.Length > 1 ? _segments[1] : null;
        if (next is null && segment.Size == 0)
            return false;
        return _highWatermark.Offset >= (next?.BaseOffset ?? _end.Offset) && condition(this, segment, next, config);
    }

    private void DeleteFirst(string reason)
    {
        var segment = _segments[0];
        var start = _segments[1].BaseOffset;
        if (start > _logStartOffset)
            RaiseLogStartOffset(start, "segment deletion");
        _segments = _segments[1..];
        segment.Store.MarkDeleted();
        _producers.DeleteSnapshot(segment.BaseOffset);
        DeleteLater(segment);
        _options.Logger.SegmentDeleted(ToString(), segment.Store.Location, reason);
    }

    private void RaiseLogStartOffset(long offset, string reason)
    {
        Volatile.Write(ref _logStartOffset, offset);
        _epochs.TruncateFromStart(offset);
        _producers.OnLogStartOffsetIncremented(offset);
        RefreshFirstUnstableOffset();
        _options.Logger.LogStartOffsetMoved(ToString(), offset, reason);
    }

    /// <summary>Deletes the files of a segment that left the log, after <c>file.delete.delay.ms</c>.</summary>
    private void DeleteLater(LogSegment segment)
    {
        var delay = TimeSpan.FromMilliseconds(Math.Min(_config.FileDeleteDelayMs, int.MaxValue));
        _options.Background.Schedule(delay, () => _ = DeleteNowAsync(segment.Store));
    }

    private async Task DeleteNowAsync(ISegment segment)
    {
        try
        {
            await segment.DeleteAsync(CancellationToken.None);
        }
        catch (LogStoreException error)
        {
            _options.Logger.BackgroundFailed(error, ToString(), "deleting a segment");
        }
    }
}
