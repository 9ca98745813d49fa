using Kafka.Modular.Core.Time;
using Kafka.Modular.LogStorage.Checkpoints;
using Kafka.Modular.LogStorage.Epochs;
using Kafka.Modular.LogStorage.Producers;
using Kafka.Modular.LogStorage.Segments;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage.Recovery;

/// <summary>
/// Opens the files of a log. After an unclean end every batch from the recovery point on is checked, the first that is torn or corrupt is
/// where the log ends, and indexes, epochs and producer state are built again from what is left.
/// </summary>
internal sealed class LogLoader
{
    /// <summary>More than any producer can have in flight to one partition: five requests of <c>max.request.size</c>, several times over.</summary>
    private const long ReplayedBytes = 32L * 1024 * 1024;

    private readonly PartitionLogOptions _options;
    private readonly IPartitionStore _store;
    private readonly LeaderEpochCache _epochs;
    private readonly List<LogSegment> _segments;
    private readonly SegmentRecovery _recovery;
    private readonly List<string> _unflushedBlobs = [];
    private bool _mustRebuildEpochs;

    private LogLoader(PartitionLogOptions options, IPartitionStore store)
    {
        _options = options;
        _store = store;
        _segments = [.. store.Segments.Select(segment => LogSegmentFactory.Create(segment, options, options.Config))];
        _epochs = new LeaderEpochCache(ReadEpochs());
        _recovery = new SegmentRecovery(options, store.Blobs, _epochs, _segments);
    }

    private string Partition => $"{_options.TopicPartition} in {_options.Directory.Path}";

    public static async ValueTask<LoadedLog> LoadAsync(PartitionLogOptions options, CancellationToken cancellationToken)
    {
        var store = options.Directory.OpenPartition(
            options.StoredName ?? options.TopicPartition.ToString(), options.Config.SegmentOptions, LogSegment.ReadNextOffset);
        try
        {
            return await new LogLoader(options, store).LoadAsync(cancellationToken);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private async ValueTask<LoadedLog> LoadAsync(CancellationToken cancellationToken)
    {
        var topicId = ReadTopicId();
        await RecoverAsync(cancellationToken);
        var end = _segments.Count == 0 ? _options.LogStartOffset : _segments[^1].ReadNextOffset();
        if (_segments.Count > 0 && end < _options.LogStartOffset)
        {
            _options.Logger.StartBeyondEnd(Partition, end, _options.LogStartOffset);
            await DropFromAsync(0, cancellationToken);
            _epochs.Clear();
            end = _options.LogStartOffset;
        }

        if (_segments.Count == 0)
        {
            _segments.Add(LogSegmentFactory.Create(_store.CreateSegment(_options.LogStartOffset), _options, _options.Config));
            end = _options.LogStartOffset;
        }

        var start = Math.Max(_options.LogStartOffset, _segments[0].BaseOffset);
        _epochs.TruncateFromEnd(end);
        _epochs.TruncateFromStart(_options.LogStartOffset);
        var producers = LoadProducers(start, end);
        if (_epochs.IsDirty)
            PutUnflushed(LeaderEpochCheckpoint.FileName, LeaderEpochCheckpoint.Format(_epochs.TakeDirty()));
        var recoveryPoint = _options.HadCleanShutdown ? end : Math.Min(_options.RecoveryPoint, end);
        _options.Logger.LogLoaded(Partition, start, end);
        return new LoadedLog(_store, _segments, _epochs, producers, topicId, start, end, recoveryPoint, _unflushedBlobs);
    }

    /// <summary>Checks what has to be checked; cuts the log at the first batch that is no good.</summary>
    private async ValueTask RecoverAsync(CancellationToken cancellationToken)
    {
        var firstUnflushed = _options.HadCleanShutdown ? int.MaxValue : FirstUnflushed();
        // Epochs that begin in what is recovered are read from the batches again: the file may be older than they are.
        if (firstUnflushed < _segments.Count)
            _epochs.TruncateFromEnd(_segments[firstUnflushed].BaseOffset);
        for (var index = 0; index < _segments.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var segment = _segments[index];
            var state = segment.Store.CheckIndexes(full: false);
            if (state == SegmentIndexState.Valid && index < firstUnflushed)
            {
                if (_mustRebuildEpochs)
                    _recovery.ReadEpochs(segment);
                continue;
            }

            if (state != SegmentIndexState.Valid && index < firstUnflushed)
                _options.Logger.IndexesRebuilt(segment.Store.Location, Partition, state.ToString());
            if (await _recovery.RecoverAsync(index, cancellationToken) && index + 1 < _segments.Count)
            {
                await DropFromAsync(index + 1, cancellationToken);
                return;
            }
        }
    }

    private int FirstUnflushed()
    {
        var index = _segments.FindLastIndex(segment => segment.BaseOffset <= _options.RecoveryPoint);
        return Math.Max(index, 0);
    }

    private async ValueTask DropFromAsync(int index, CancellationToken cancellationToken)
    {
        for (var last = _segments.Count - 1; last >= index; last--)
        {
            var segment = _segments[last];
            _segments.RemoveAt(last);
            _options.Logger.SegmentDropped(Partition, segment.Store.Location);
            await segment.Store.DeleteAsync(cancellationToken);
        }

        _store.Flush();
    }

    private ProducerStates LoadProducers(long start, long end)
    {
        var producers = new ProducerStates(_store.Blobs);
        producers.DeleteStraySnapshots([.. _segments.Select(segment => segment.BaseOffset)]);
        if (producers.LatestSnapshotOffset is null && _options.HadCleanShutdown)
        {
            // A log that was closed in order and has no snapshot has no idempotent producers.
            producers.SetMapEndOffset(end);
            producers.TakeSnapshot(durable: false);
            return producers;
        }

        ProducerRecovery.Rebuild(
            producers,
            _segments,
            start,
            end,
            _options.Time.UnixMilliseconds(),
            _options.Config.ProducerIdExpirationMs,
            _options.HadCleanShutdown ? long.MaxValue : ReplayFrom());
        return producers;
    }

    /// <summary>
    /// A broker that was killed owes its idempotent producers answers for up to five batches each, and they will send them again. A snapshot keeps the last
    /// batch of a producer only, so the batches that may be sent again are replayed from the log itself.
    /// </summary>
    private long ReplayFrom()
    {
        var bytes = 0L;
        for (var index = _segments.Count - 1; index >= 0; index--)
        {
            bytes += _segments[index].Size;
            if (bytes >= ReplayedBytes)
                return _segments[index].BaseOffset;
        }

        return _segments[0].BaseOffset;
    }

    /// <summary>
    /// Reads <c>leader-epoch-checkpoint</c>. It is written without waiting for the disk, so after a loss of power it may be empty or cut; the
    /// batches then tell the epochs.
    /// </summary>
    private List<EpochEntry> ReadEpochs()
    {
        _mustRebuildEpochs = !_options.HadCleanShutdown && !_store.Blobs.Contains(LeaderEpochCheckpoint.FileName);
        try
        {
            return LeaderEpochCheckpoint.Read(_store.Blobs);
        }
        catch (CheckpointFormatException error)
        {
            _options.Logger.FileUnreadable(error, Partition, LeaderEpochCheckpoint.FileName);
            _mustRebuildEpochs = true;
            return [];
        }
    }

    private Core.Ids.Uuid? ReadTopicId()
    {
        if (TryReadTopicId() is { } known)
        {
            return _options.TopicId is null || _options.TopicId == known
                ? known
                : throw new InvalidOperationException($"{Partition} has topic id {known}, expected {_options.TopicId}.");
        }

        if (_options.TopicId is { } topicId)
            PutUnflushed(PartitionMetadataFile.FileName, PartitionMetadataFile.Format(topicId));
        return _options.TopicId;
    }

    /// <summary>A file that a loss of power emptied counts as missing: whoever takes the log into service writes it again.</summary>
    private Core.Ids.Uuid? TryReadTopicId()
    {
        try
        {
            return PartitionMetadataFile.Read(_store.Blobs);
        }
        catch (CheckpointFormatException error) when (!_options.HadCleanShutdown)
        {
            _options.Logger.FileUnreadable(error, Partition, PartitionMetadataFile.FileName);
            return null;
        }
    }

    private void PutUnflushed(string name, byte[] content)
    {
        _store.Blobs.Put(name, content, durable: false);
        _unflushedBlobs.Add(name);
    }
}
