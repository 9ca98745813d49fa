using Kafka.Modular.LogStorage.Checkpoints;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage.Producers;

/// <summary>
/// What the producers of a partition have written: for sequence checks, duplicate detection (KIP-98) and the last stable offset. Guarded
/// by the log's lock. A snapshot of it lies beside each segment, so that a start need not read the whole log.
/// </summary>
internal sealed class ProducerStates
{
    private readonly IBlobStore _blobs;
    private readonly Dictionary<long, ProducerEntry> _producers = [];
    private readonly SortedList<long, OngoingTransaction> _ongoing = [];
    private readonly SortedList<long, OngoingTransaction> _unreplicated = [];
    private readonly SortedSet<long> _snapshots = [];
    private long _lastSnapshotOffset;

    public ProducerStates(IBlobStore blobs)
    {
        _blobs = blobs;
        foreach (var name in blobs.List())
        {
            if (ProducerSnapshotFile.TryParseName(name, out var offset))
                _snapshots.Add(offset);
        }
    }

    /// <summary>Offset up to which the state is known.</summary>
    public long MapEndOffset { get; private set; }

    public int Count => _producers.Count;

    public IReadOnlyCollection<ProducerEntry> Producers => _producers.Values;

    public IReadOnlyCollection<long> SnapshotOffsets => _snapshots;

    public long? LatestSnapshotOffset => _snapshots.Count == 0 ? null : _snapshots.Max;

    /// <summary>First offset of the first transaction that goes on or whose marker the high watermark has not passed; null where there is none.</summary>
    public long? FirstUnstableOffset
    {
        get
        {
            var first = _ongoing.Count > 0 ? _ongoing.GetKeyAtIndex(0) : long.MaxValue;
            if (_unreplicated.Count > 0)
                first = Math.Min(first, _unreplicated.GetKeyAtIndex(0));
            return first == long.MaxValue ? null : first;
        }
    }

    public bool TryGet(long producerId, out ProducerEntry? entry) => _producers.TryGetValue(producerId, out entry);

    /// <summary>Checks a batch before it is written; changes nothing.</summary>
    public ProducerCheck Check(in RecordBatchView batch, AppendOrigin origin, short transactionVersion)
    {
        if (!batch.HasProducerId || origin is AppendOrigin.Replication or AppendOrigin.RaftLeader)
            return ProducerCheck.Ok;
        if (!_producers.TryGetValue(batch.ProducerId, out var entry))
            return ProducerCheck.Ok;
        if (batch.IsControl)
            return CheckMarker(in batch, entry, transactionVersion);
        if (origin == AppendOrigin.Client && entry.TryFindDuplicate(in batch, out var duplicate))
            return new ProducerCheck(ErrorCode.None, Message: null, duplicate);
        if (batch.ProducerEpoch < entry.Epoch)
        {
            return ProducerCheck.Failed(
                ErrorCode.InvalidProducerEpoch,
                $"Epoch of producer {entry.ProducerId} is {batch.ProducerEpoch}, below the last seen epoch {entry.Epoch}.");
        }

        if (origin == AppendOrigin.Client && !IsInSequence(in batch, entry))
        {
            return ProducerCheck.Failed(
                ErrorCode.OutOfOrderSequenceNumber,
                $"Out of order sequence number for producer {entry.ProducerId}: {batch.BaseSequence} (epoch {batch.ProducerEpoch}) "
                + $"came after {entry.LastSequence} (epoch {entry.Epoch}).");
        }

        return entry.TransactionFirstOffset >= 0 && !batch.IsTransactional
            ? ProducerCheck.Failed(
                ErrorCode.InvalidTxnState, $"Producer {entry.ProducerId} wrote outside of its transaction, which began at {entry.TransactionFirstOffset}.")
            : ProducerCheck.Ok;
    }

    /// <summary>Takes a batch that was written into account.</summary>
    /// <returns>The transaction that it ended, which then has to be given to <see cref="Complete"/>.</returns>
    public CompletedTransaction? Apply(in RecordBatchView batch)
    {
        if (!batch.HasProducerId)
            return null;
        if (!_producers.TryGetValue(batch.ProducerId, out var entry))
        {
            entry = new ProducerEntry(batch.ProducerId);
            _producers.Add(batch.ProducerId, entry);
        }

        if (batch.IsControl)
            return ApplyMarker(in batch, entry);
        entry.SetEpoch(batch.ProducerEpoch);
        entry.Add(new BatchMetadata(batch.LastSequence, batch.LastOffset, batch.LastOffsetDelta, batch.MaxTimestamp));
        entry.LastTimestamp = batch.MaxTimestamp;
        if (batch.IsTransactional && entry.TransactionFirstOffset < 0)
        {
            entry.TransactionFirstOffset = batch.BaseOffset;
            _ongoing[batch.BaseOffset] = new OngoingTransaction(batch.ProducerId, batch.BaseOffset, LastOffset: -1);
        }

        return null;
    }

    /// <summary>The transaction that a marker about to be written will end; null for other batches and where none goes on.</summary>
    public CompletedTransaction? Preview(in RecordBatchView batch) =>
        batch.IsControl && batch.HasProducerId && _producers.TryGetValue(batch.ProducerId, out var entry)
            && entry.TransactionFirstOffset >= 0 && TryReadMarker(in batch, out var type, out _, out _)
                ? new CompletedTransaction(batch.ProducerId, entry.TransactionFirstOffset, batch.BaseOffset, type == ControlRecordType.Abort)
                : null;

    /// <summary>The last stable offset once <paramref name="completed"/> is complete and replicated.</summary>
    public long LastStableOffsetAfter(in CompletedTransaction completed)
    {
        foreach (var transaction in _ongoing.Values)
        {
            if (transaction.ProducerId != completed.ProducerId)
                return transaction.FirstOffset;
        }

        return completed.LastOffset + 1;
    }

    /// <summary>Keeps an ended transaction unstable until the high watermark has passed its marker.</summary>
    public void Complete(in CompletedTransaction completed)
    {
        _ongoing.Remove(completed.FirstOffset);
        _unreplicated[completed.FirstOffset] =
            new OngoingTransaction(completed.ProducerId, completed.FirstOffset, completed.LastOffset);
    }

    public void SetMapEndOffset(long offset) => MapEndOffset = offset;

    /// <summary>Forgets ended transactions whose marker lies below the high watermark.</summary>
    public void OnHighWatermarkUpdated(long highWatermark)
    {
        for (var index = _unreplicated.Count - 1; index >= 0; index--)
        {
            if (_unreplicated.GetValueAtIndex(index).LastOffset < highWatermark)
                _unreplicated.RemoveAt(index);
        }
    }

    public void OnLogStartOffsetIncremented(long logStartOffset)
    {
        OnHighWatermarkUpdated(logStartOffset);
        MapEndOffset = Math.Max(MapEndOffset, logStartOffset);
        _lastSnapshotOffset = LatestSnapshotOffset ?? logStartOffset;
    }

    /// <summary>Forgets producers that have not written for <paramref name="expirationMs"/> and have no transaction.</summary>
    public int RemoveExpired(long now, long expirationMs)
    {
        var removed = 0;
        foreach (var (producerId, entry) in _producers)
        {
            if (IsExpired(entry, now, expirationMs) && _producers.Remove(producerId))
                removed++;
        }

        return removed;
    }

    /// <summary>Writes a snapshot at <see cref="MapEndOffset"/>; null if there is one at that offset already.</summary>
    public string? TakeSnapshot(bool durable)
    {
        if (MapEndOffset <= _lastSnapshotOffset)
            return null;
        var name = ProducerSnapshotFile.NameOf(MapEndOffset);
        _blobs.Put(name, ProducerSnapshotFile.Format(_producers.Values), durable);
        _snapshots.Add(MapEndOffset);
        _lastSnapshotOffset = MapEndOffset;
        return name;
    }

    public void DeleteSnapshot(long offset)
    {
        if (_snapshots.Remove(offset))
            _blobs.Delete(ProducerSnapshotFile.NameOf(offset));
    }

    /// <summary>Deletes snapshots that belong to no segment, but for the newest one if it lies behind the last segment's base offset.</summary>
    public void DeleteStraySnapshots(IReadOnlyCollection<long> segmentBaseOffsets)
    {
        var last = segmentBaseOffsets.Count == 0 ? long.MaxValue : segmentBaseOffsets.Max();
        var strays = _snapshots.Where(offset => !segmentBaseOffsets.Contains(offset)).ToList();
        foreach (var offset in strays)
        {
            if (offset != strays[^1] || offset < last)
                DeleteSnapshot(offset);
        }
    }

    /// <summary>Begins anew from the latest good snapshot in (<paramref name="logStartOffset"/>, <paramref name="endOffset"/>].</summary>
    public void TruncateAndReload(long logStartOffset, long endOffset, long now, long expirationMs)
        => TruncateAndReload(logStartOffset, endOffset, endOffset, now, expirationMs);

    /// <summary>The same, from a snapshot that is not above an offset: what lies behind it is replayed, because a snapshot keeps one batch of a producer only.</summary>
    public void TruncateAndReload(long logStartOffset, long endOffset, long snapshotLimit, long now, long expirationMs)
    {
        foreach (var offset in _snapshots.Where(offset => offset > endOffset || offset <= logStartOffset).ToList())
            DeleteSnapshot(offset);
        if (endOffset == MapEndOffset)
        {
            OnLogStartOffsetIncremented(logStartOffset);
            return;
        }

        Clear();
        while (_snapshots.GetViewBetween(long.MinValue, snapshotLimit) is { Count: > 0 } usable)
        {
            var latest = usable.Max;
            if (TryLoad(latest, now, expirationMs))
            {
                _lastSnapshotOffset = MapEndOffset = latest;
                return;
            }

            Clear();
            DeleteSnapshot(latest);
        }

        _lastSnapshotOffset = MapEndOffset = logStartOffset;
    }

    public void TruncateFullyAndStartAt(long offset)
    {
        Clear();
        foreach (var snapshot in _snapshots.ToList())
            DeleteSnapshot(snapshot);
        _lastSnapshotOffset = 0;
        MapEndOffset = offset;
    }

    private static bool IsExpired(ProducerEntry entry, long now, long expirationMs) =>
        entry.TransactionFirstOffset < 0 && now - entry.LastTimestamp >= expirationMs;

    private static bool IsInSequence(in RecordBatchView batch, ProducerEntry entry)
    {
        if (batch.ProducerEpoch != entry.Epoch)
            return batch.BaseSequence == 0 || entry.Epoch == RecordBatchFormat.None;
        return batch.BaseSequence == RecordBatchFormat.IncrementSequence(entry.LastSequence, 1);
    }

    private static ProducerCheck CheckMarker(in RecordBatchView batch, ProducerEntry entry, short transactionVersion)
    {
        // With transaction.version 2 every transaction bumps the epoch, so that an equal epoch is a marker that comes late (KIP-890).
        if (transactionVersion >= 2 ? batch.ProducerEpoch <= entry.Epoch : batch.ProducerEpoch < entry.Epoch)
        {
            return ProducerCheck.Failed(
                ErrorCode.InvalidProducerEpoch,
                $"Epoch {batch.ProducerEpoch} in a marker of producer {entry.ProducerId} is too old, the last seen epoch is {entry.Epoch}.");
        }

        if (!TryReadMarker(in batch, out _, out var coordinatorEpoch, out _))
            return ProducerCheck.Failed(ErrorCode.InvalidRecord, $"A control batch of producer {entry.ProducerId} holds no transaction marker.");
        return coordinatorEpoch < entry.CoordinatorEpoch
            ? ProducerCheck.Failed(
                ErrorCode.TransactionCoordinatorFenced,
                $"Coordinator epoch {coordinatorEpoch} in a marker of producer {entry.ProducerId} is below {entry.CoordinatorEpoch}.")
            : ProducerCheck.Ok;
    }

    private static CompletedTransaction? ApplyMarker(in RecordBatchView batch, ProducerEntry entry)
    {
        if (!TryReadMarker(in batch, out var type, out var coordinatorEpoch, out var timestamp))
            return null;
        CompletedTransaction? completed = entry.TransactionFirstOffset < 0
            ? null
            : new CompletedTransaction(entry.ProducerId, entry.TransactionFirstOffset, batch.BaseOffset, type == ControlRecordType.Abort);
        entry.SetEpoch(batch.ProducerEpoch);
        entry.CoordinatorEpoch = coordinatorEpoch;
        entry.TransactionFirstOffset = RecordBatchFormat.None;
        entry.LastTimestamp = timestamp;
        return completed;
    }

    private static bool TryReadMarker(in RecordBatchView batch, out ControlRecordType type, out int coordinatorEpoch, out long timestamp)
    {
        type = ControlRecordType.Unknown;
        coordinatorEpoch = RecordBatchFormat.None;
        timestamp = RecordBatchFormat.None;
        if (batch.IsCompressed)
            return false;
        var records = new RecordEnumerator(in batch);
        if (!records.MoveNext() || !ControlRecord.TryReadType(records.Current.Key, out type))
            return false;
        timestamp = records.Current.Timestamp;
        return type is ControlRecordType.Abort or ControlRecordType.Commit
            && ControlRecord.TryReadEndTransactionMarker(records.Current.Value, out coordinatorEpoch);
    }

    private bool TryLoad(long offset, long now, long expirationMs)
    {
        var name = ProducerSnapshotFile.NameOf(offset);
        try
        {
            if (_blobs.Read(name) is not { } content)
                return false;
            foreach (var entry in ProducerSnapshotFile.Read(name, content))
            {
                if (IsExpired(entry, now, expirationMs))
                    continue;
                _producers[entry.ProducerId] = entry;
                if (entry.TransactionFirstOffset >= 0)
                    _ongoing[entry.TransactionFirstOffset] = new(entry.ProducerId, entry.TransactionFirstOffset, LastOffset: -1);
            }

            return true;
        }
        catch (CheckpointFormatException)
        {
            return false;
        }
    }

    private void Clear()
    {
        _producers.Clear();
        _ongoing.Clear();
        _unreplicated.Clear();
    }
}
