namespace Kafka.Modular.Raft.Log;

/// <summary>
/// What the state machine knows of the log without reading it: where it starts and ends, where each epoch starts, which snapshots exist and what
/// is flushed. It changes with each append and truncation that the state machine asks for. Raft loop only.
/// </summary>
internal sealed class RaftLogState
{
    private readonly List<EpochStart> _epochs;
    private readonly SortedDictionary<long, RaftSnapshotInfo> _snapshots = [];

    public RaftLogState(long startOffset, long endOffset, IEnumerable<EpochStart> epochs, IEnumerable<RaftSnapshotInfo> snapshots)
    {
        StartOffset = startOffset;
        EndOffset = endOffset;
        FlushedOffset = endOffset;
        _epochs = [.. epochs];
        foreach (var snapshot in snapshots)
            _snapshots[snapshot.Id.Offset] = snapshot;
    }

    /// <summary>Offset of the first record that is kept.</summary>
    public long StartOffset { get; private set; }

    /// <summary>Offset that the next record gets.</summary>
    public long EndOffset { get; private set; }

    /// <summary>Everything below this offset survives a loss of power.</summary>
    public long FlushedOffset { get; private set; }

    /// <summary>Epoch of the last record, of the latest snapshot when there is no record, 0 when there is neither.</summary>
    public int LastEpoch
    {
        get
        {
            if (_epochs.Count > 0)
                return _epochs[^1].Epoch;
            return _snapshots.TryGetValue(StartOffset, out var snapshot) ? snapshot.Id.Epoch : 0;
        }
    }

    /// <summary>End offset and last epoch: how elections compare logs.</summary>
    public OffsetAndEpoch End => new(EndOffset, LastEpoch);

    /// <summary>The newest snapshot, or null.</summary>
    public RaftSnapshotInfo? LatestSnapshot => _snapshots.Count == 0 ? null : _snapshots.Values.Last();

    /// <summary>The oldest snapshot, or null.</summary>
    public RaftSnapshotInfo? EarliestSnapshot => _snapshots.Count == 0 ? null : _snapshots.Values.First();

    /// <summary>The snapshots, oldest first.</summary>
    public IReadOnlyCollection<RaftSnapshotInfo> Snapshots => _snapshots.Values;

    /// <summary>The snapshot with this id, or null.</summary>
    public RaftSnapshotInfo? FindSnapshot(OffsetAndEpoch id) =>
        _snapshots.TryGetValue(id.Offset, out var snapshot) && snapshot.Id == id ? snapshot : null;

    /// <summary>Follows an append.</summary>
    public void Append(long baseOffset, long lastOffset, int epoch)
    {
        if (baseOffset != EndOffset || lastOffset < baseOffset)
            throw new InvalidOperationException($"Batch {baseOffset}..{lastOffset} does not follow the log's end at {EndOffset}");
        if (_epochs.Count == 0 || _epochs[^1].Epoch < epoch)
            _epochs.Add(new(epoch, baseOffset));
        else if (_epochs[^1].Epoch > epoch)
            throw new InvalidOperationException($"Batch of epoch {epoch} after one of epoch {_epochs[^1].Epoch}");
        EndOffset = lastOffset + 1;
    }

    /// <summary>Follows a truncation.</summary>
    public void TruncateTo(long offset)
    {
        if (offset >= EndOffset)
            return;
        EndOffset = Math.Max(offset, StartOffset);
        FlushedOffset = Math.Min(FlushedOffset, EndOffset);
        _epochs.RemoveAll(epoch => epoch.StartOffset >= EndOffset);
    }

    /// <summary>Follows a flush.</summary>
    public void Flushed(long endOffset) => FlushedOffset = Math.Max(FlushedOffset, Math.Min(endOffset, EndOffset));

    /// <summary>Follows the completion of a local snapshot.</summary>
    public void AddSnapshot(RaftSnapshotInfo snapshot) => _snapshots[snapshot.Id.Offset] = snapshot;

    /// <summary>Follows the download of a snapshot that replaces the whole log.</summary>
    public void ReplaceBySnapshot(RaftSnapshotInfo snapshot)
    {
        _snapshots.Clear();
        _snapshots[snapshot.Id.Offset] = snapshot;
        _epochs.Clear();
        StartOffset = EndOffset = FlushedOffset = snapshot.Id.Offset;
    }

    /// <summary>Follows the deletion of everything that the snapshot <paramref name="id"/> covers.</summary>
    public void DeleteBefore(OffsetAndEpoch id)
    {
        foreach (var offset in _snapshots.Keys.Where(offset => offset < id.Offset).ToArray())
            _snapshots.Remove(offset);
        StartOffset = Math.Max(StartOffset, id.Offset);
        var current = _epochs.FindLastIndex(epoch => epoch.StartOffset <= StartOffset);
        if (current < 0)
            return;
        _epochs.RemoveRange(0, current);
        if (StartOffset >= EndOffset)
            _epochs.RemoveAt(0);
        else
            _epochs[0] = _epochs[0] with { StartOffset = StartOffset };
    }

    /// <summary>The largest epoch up to <paramref name="epoch"/> that the log or its oldest snapshot holds, and its end offset.</summary>
    public OffsetAndEpoch EndOffsetForEpoch(int epoch)
    {
        if (epoch >= LastEpoch)
            return End;
        for (var i = _epochs.Count - 2; i >= 0; i--)
        {
            if (_epochs[i].Epoch <= epoch)
                return new(_epochs[i + 1].StartOffset, _epochs[i].Epoch);
        }

        return EarliestSnapshot is { } earliest && earliest.Id.Epoch <= epoch && earliest.Id.Offset == StartOffset
            ? earliest.Id
            : new(StartOffset, 0);
    }

    /// <summary>Epoch of the record before an offset, or null when the log does not hold it.</summary>
    public int? EpochBefore(long offset)
    {
        if (offset <= StartOffset || offset > EndOffset)
            return null;
        return _epochs[_epochs.FindLastIndex(epoch => epoch.StartOffset < offset)].Epoch;
    }

    /// <summary>Compares a follower's position with the log (KIP-595, KIP-630).</summary>
    public OffsetValidity Validate(long offset, int epoch)
    {
        if (StartOffset == 0 && offset == 0)
            return new(OffsetValidityKind.Valid, new(0, 0));
        if (EarliestSnapshot is { } earliest
            && (offset < StartOffset || (offset == StartOffset && epoch != earliest.Id.Epoch) || epoch < earliest.Id.Epoch))
        {
            return new(OffsetValidityKind.Snapshot, LatestSnapshot!.Value.Id);
        }

        var end = EndOffsetForEpoch(epoch);
        return end.Epoch != epoch || end.Offset < offset
            ? new(OffsetValidityKind.Diverging, end)
            : new(OffsetValidityKind.Valid, new(offset, epoch));
    }

    /// <summary>Where a follower cuts its log when the leader answers with a diverging epoch.</summary>
    public long TruncationOffset(OffsetAndEpoch diverging)
    {
        if (diverging.Epoch == 0)
            return Math.Min(diverging.Offset, EndOffset);
        var local = EndOffsetForEpoch(diverging.Epoch);
        return local.Epoch == diverging.Epoch ? Math.Min(local.Offset, diverging.Offset) : local.Offset;
    }
}
