using System.Collections.Immutable;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Time;
using Kafka.Modular.LogStorage.Checkpoints;
using Kafka.Modular.LogStorage.Epochs;
using Kafka.Modular.LogStorage.Producers;
using Kafka.Modular.LogStorage.Recovery;
using Kafka.Modular.LogStorage.Segments;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage;

/// <summary>
/// One replica's log: segments, offsets, leader epochs, producer state. Lives on no loop: appends are serialized by its lock, which is held
/// for nothing longer; reads take no lock. Truncation, deletion and flushing exclude each other, and run beside reads.
/// </summary>
public sealed partial class PartitionLog : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Lock _fileLock = new();
    private readonly HashSet<string> _unflushedBlobs = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _structure = new(1, 1);
    private readonly PartitionLogOptions _options;
    private readonly IPartitionStore _store;
    private readonly LeaderEpochCache _epochs;
    private readonly ProducerStates _producers;
    private readonly LogPositionCell _end = new();
    private readonly LogPositionCell _highWatermark = new();
    private volatile LogSegment[] _segments;
    private volatile LogConfig _config;
    private ImmutableArray<ILogListener> _listeners = [];
    private long _logStartOffset;
    private long _firstUnstableOffset = -1;
    private long _flushedOffset;
    private long _recoveryPoint;
    private int _truncations;
    private long _lastFlushTime;
    private long _appendedRecords;
    private long _flushedRecords;
    private bool _isTruncating;
    private volatile bool _isClosed;

    private PartitionLog(PartitionLogOptions options, LoadedLog loaded)
    {
        _options = options;
        _config = options.Config;
        _store = loaded.Store;
        _epochs = loaded.Epochs;
        _producers = loaded.Producers;
        _segments = [.. loaded.Segments];
        _logStartOffset = loaded.LogStartOffset;
        _recoveryPoint = _flushedOffset = loaded.RecoveryPoint;
        _lastFlushTime = Now;
        _cleanedOffset = options.CleanedOffset ?? -1;
        TopicId = loaded.TopicId;
        _unflushedBlobs.UnionWith(loaded.UnflushedBlobs);
        var active = _segments[^1];
        _end.Set(new LogPosition(loaded.LogEndOffset, active, active.Size));
        _highWatermark.Set(new LogPosition(_logStartOffset, Segment: null, Position: 0));
        RefreshFirstUnstableOffset();
    }

    /// <summary>The partition.</summary>
    public TopicPartition TopicPartition => _options.TopicPartition;

    /// <summary>The topic's id; null until it is known.</summary>
    public Uuid? TopicId { get; private set; }

    /// <summary>The log directory that holds it.</summary>
    public ILogDirectory Directory => _options.Directory;

    /// <summary>Name under which it is stored in the directory.</summary>
    public string StoredName => _store.Name;

    /// <summary>Whether this is the copy that a move to another directory fills (KIP-113).</summary>
    public bool IsFuture => LogNames.IsFuture(StoredName);

    /// <summary>Small files beside the segments: snapshots of the quorum's log and <c>quorum-state</c>, among others.</summary>
    public IBlobStore Blobs => _store.Blobs;

    /// <summary>The settings; read once per operation.</summary>
    public LogConfig Config => _config;

    /// <summary>First offset that may be read.</summary>
    public long LogStartOffset => Volatile.Read(ref _logStartOffset);

    /// <summary>Offset of the record that is appended next.</summary>
    public long LogEndOffset => _end.Offset;

    /// <summary>Offset below which every record is replicated as the topic asks.</summary>
    public long HighWatermark => _highWatermark.Offset;

    /// <summary>First offset of a transaction that goes on, null where there is none.</summary>
    public long? FirstUnstableOffset => Volatile.Read(ref _firstUnstableOffset) is >= 0 and var offset ? offset : null;

    /// <summary>Offset below which every transaction has ended; never above the high watermark.</summary>
    public long LastStableOffset => StableOffset(HighWatermark);

    /// <summary>Offset below which every record is on disk.</summary>
    public long FlushedOffset => Volatile.Read(ref _flushedOffset);

    /// <summary>
    /// Where recovery has to begin: offset below which records and indexes are on disk. It is where a segment begins, for recovery goes by segments,
    /// and the indexes of one that is appended to are not flushed with its records.
    /// </summary>
    public long RecoveryPoint => Volatile.Read(ref _recoveryPoint);

    /// <summary>When it was last flushed, in ms since the epoch.</summary>
    public long LastFlushTime => Volatile.Read(ref _lastFlushTime);

    /// <summary>Bytes of all segments.</summary>
    public long Size
    {
        get
        {
            var size = 0L;
            foreach (var segment in _segments)
                size += segment.Size;
            return size;
        }
    }

    /// <summary>The number of segments.</summary>
    public int SegmentCount => _segments.Length;

    /// <summary>Base offset of the oldest segment.</summary>
    public long FirstSegmentBaseOffset => _segments[0].BaseOffset;

    /// <summary>Base offset of the segment that is appended to.</summary>
    public long ActiveSegmentBaseOffset => _segments[^1].BaseOffset;

    /// <summary>The leader epochs of the log, oldest first.</summary>
    public IReadOnlyList<EpochEntry> LeaderEpochs => _epochs.Entries;

    /// <summary>The latest leader epoch, null where none is known.</summary>
    public int? LatestEpoch => _epochs.LatestEpoch;

    /// <summary>The number of producers whose state is kept.</summary>
    public int ProducerCount
    {
        get
        {
            lock (_lock)
                return _producers.Count;
        }
    }

    /// <summary>The producers whose state is kept, in no order.</summary>
    public IReadOnlyList<ProducerDescription> DescribeProducers()
    {
        lock (_lock)
        {
            return
            [
                .. _producers.Producers.Select(static producer => new ProducerDescription(
                    producer.ProducerId, producer.Epoch, producer.LastSequence, producer.LastTimestamp, producer.CoordinatorEpoch, producer.TransactionFirstOffset)),
            ];
        }
    }

    // Two totals, not one difference: flushes overlap, and each may have seen the records that the other flushes.
    private long UnflushedRecords => Volatile.Read(ref _appendedRecords) - Volatile.Read(ref _flushedRecords);

    private long Now => _options.Time.UnixMilliseconds();

    /// <summary>Opens a log and recovers it where that is necessary, creating it where it is missing.</summary>
    /// <exception cref="LogStoreException">The files cannot be read or written.</exception>
    /// <exception cref="CheckpointFormatException"><c>partition.metadata</c> is malformed.</exception>
    public static async ValueTask<PartitionLog> OpenAsync(PartitionLogOptions options, CancellationToken cancellationToken)
    {
        var loaded = await LogLoader.LoadAsync(options, cancellationToken);
        return new PartitionLog(options, loaded);
    }

    /// <summary>Puts other settings in force, for what is appended from now on.</summary>
    public void UpdateConfig(LogConfig config)
    {
        lock (_lock)
        {
            _config = config;
            _store.Options = config.SegmentOptions;
        }
    }

    /// <summary>Writes the topic's id to <c>partition.metadata</c> (KIP-516).</summary>
    /// <exception cref="InvalidOperationException">The log belongs to another topic of the same name.</exception>
    public void AssignTopicId(Uuid topicId)
    {
        lock (_fileLock)
        {
            if (TopicId == topicId)
                return;
            if (TopicId is { } known)
                throw new InvalidOperationException($"{TopicPartition} has topic id {known}, it cannot become {topicId}.");
            _store.Blobs.Put(PartitionMetadataFile.FileName, PartitionMetadataFile.Format(topicId), durable: true);
            TopicId = topicId;
        }
    }

    /// <summary>Notes that a leader epoch begins at an offset: a new leader says so before its first append (KIP-101).</summary>
    public void AssignEpochStartOffset(int leaderEpoch, long startOffset)
    {
        lock (_lock)
            _epochs.Assign(leaderEpoch, startOffset);
        SaveEpochs(durable: false);
    }

    /// <summary>Where a leader epoch ends in this log.</summary>
    public EpochEndOffset EndOffsetForEpoch(int leaderEpoch) => _epochs.EndOffsetFor(leaderEpoch, LogEndOffset);

    /// <summary>The epoch in which the record at an offset was appended, null where the log does not know.</summary>
    public int? EpochForOffset(long offset) => _epochs.EpochForOffset(offset);

    /// <summary>Makes a listener hear of what happens from now on.</summary>
    public void AddListener(ILogListener listener) => ImmutableInterlocked.Update(ref _listeners, static (all, one) => all.Add(one), listener);

    /// <summary>Makes a listener hear no more; a call that is under way may still reach it.</summary>
    public void RemoveListener(ILogListener listener) => ImmutableInterlocked.Update(ref _listeners, static (all, one) => all.Remove(one), listener);

    /// <summary>
    /// Sets the high watermark, cut to what the log holds; it may fall. A follower takes it from its leader.
    /// </summary>
    /// <returns>The high watermark in force.</returns>
    public long UpdateHighWatermark(long offset)
    {
        bool changed;
        lock (_lock)
            changed = SetHighWatermark(Math.Clamp(offset, _logStartOffset, Math.Max(_logStartOffset, _end.Offset)));
        var current = HighWatermark;
        if (changed)
            NotifyHighWatermark(current);
        return current;
    }

    /// <summary>Raises the high watermark, at most to the log's end; false if it was as high already.</summary>
    public bool MaybeIncrementHighWatermark(long offset)
    {
        if (offset <= HighWatermark)
            return false;
        lock (_lock)
        {
            offset = Math.Min(offset, _end.Offset);
            if (offset <= _highWatermark.Offset)
                return false;
            SetHighWatermark(offset);
        }

        NotifyHighWatermark(offset);
        return true;
    }

    /// <summary>Closes the log as a clean shutdown does: flushed, with a producer snapshot at its end.</summary>
    public async ValueTask DisposeAsync()
    {
        await Cleaning.PauseAsync();
        await _structure.WaitAsync();
        try
        {
            lock (_lock)
            {
                if (_isClosed)
                    return;
                _isClosed = true;
                _segments[^1].Seal();
            }

            FlushSegments(includeActive: true);
            lock (_lock)
            {
                _producers.TakeSnapshot(durable: true);
                Volatile.Write(ref _recoveryPoint, _end.Offset);
            }

            _store.Dispose();
        }
        finally
        {
            _structure.Release();
        }
    }

    /// <summary>Renames the log so that a restart deletes it too, and takes no more appends; leases stay readable.</summary>
    /// <param name="storedName">The new name, which ends in <c>-delete</c>.</param>
    /// <exception cref="LogStoreException">The rename failed.</exception>
    internal async ValueTask RenameForDeletionAsync(string storedName)
    {
        await Cleaning.PauseAsync();
        await _structure.WaitAsync();
        try
        {
            lock (_lock)
            {
                _isClosed = true;
                _store.Rename(storedName);
            }
        }
        finally
        {
            _structure.Release();
        }
    }

    /// <summary>Deletes the renamed log; completes when the last lease is gone.</summary>
    internal ValueTask DeleteAsync(CancellationToken cancellationToken) => _store.DeleteAsync(cancellationToken);

    /// <inheritdoc/>
    public override string ToString() => $"{TopicPartition} in {Directory.Path}";

    private long StableOffset(long highWatermark) =>
        Volatile.Read(ref _firstUnstableOffset) is >= 0 and var unstable ? Math.Min(unstable, highWatermark) : highWatermark;

    /// <summary>Under the lock. True if it changed.</summary>
    private bool SetHighWatermark(long offset)
    {
        var end = _end.Value;
        if (offset == _highWatermark.Offset)
            return false;
        _highWatermark.Set(offset == end.Offset ? end : new LogPosition(offset, Segment: null, Position: 0));
        _producers.OnHighWatermarkUpdated(offset);
        RefreshFirstUnstableOffset();
        return true;
    }

    private void NotifyHighWatermark(long highWatermark)
    {
        foreach (var listener in _listeners)
            listener.OnHighWatermarkUpdated(this, highWatermark);
    }

    private void RefreshFirstUnstableOffset() => Volatile.Write(
        ref _firstUnstableOffset, _producers.FirstUnstableOffset is { } offset ? Math.Max(offset, _logStartOffset) : -1);

    private void SaveEpochs(bool durable)
    {
        if (!_epochs.IsDirty)
            return;
        lock (_fileLock)
        {
            try
            {
                _store.Blobs.Put(LeaderEpochCheckpoint.FileName, LeaderEpochCheckpoint.Format(_epochs.TakeDirty()), durable);
            }
            catch
            {
                _epochs.MarkDirty();
                throw;
            }

            if (durable)
                _unflushedBlobs.Remove(LeaderEpochCheckpoint.FileName);
            else
                _unflushedBlobs.Add(LeaderEpochCheckpoint.FileName);
        }
    }

    /// <summary>Makes the small files durable that were written without waiting for the disk: what follows may rely on them.</summary>
    private void FlushBlobs()
    {
        lock (_fileLock)
        {
            foreach (var name in _unflushedBlobs)
                _store.Blobs.Flush(name);
            _unflushedBlobs.Clear();
        }
    }

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_isClosed, this);
}
