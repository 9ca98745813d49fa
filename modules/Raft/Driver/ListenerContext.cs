using Kafka.Modular.Raft.Log;

namespace Kafka.Modular.Raft.Driver;

/// <summary>How far one listener is. Raft loop only, but for what its batches do when they are disposed.</summary>
internal sealed class ListenerContext(IRaftListener listener, IRaftLog log, IRaftSnapshotStore snapshots, Action<ListenerContext> wake)
{
    private const int ChunkBytes = 1024 * 1024;
    private const long NotStarted = -1;

    private LeaderAndEpoch _lastLeader = LeaderAndEpoch.Unknown;
    private long _nextOffset = NotStarted;
    private bool _isBusy;
    private bool _isDelivering;

    public IRaftListener Listener => listener;

    /// <summary>Gives the listener what it lacks, until it has all that is committed or takes its time.</summary>
    public void Deliver(long highWatermark, RaftLogState state, LeaderAndEpoch leader, long epochStartOffset)
    {
        if (_isDelivering)
            return;
        _isDelivering = true;
        try
        {
            while (!_isBusy && DeliverNext(highWatermark, state))
            {
            }
        }
        finally
        {
            _isDelivering = false;
        }

        // A leader must have applied what was before its epoch, and its own first record proves that it has.
        if (epochStartOffset < 0 || (!_isBusy && _nextOffset > epochStartOffset))
            NotifyLeader(leader);
    }

    private bool DeliverNext(long highWatermark, RaftLogState state)
    {
        if (_nextOffset == NotStarted || _nextOffset < state.StartOffset)
        {
            // A snapshot holds committed records only, so it need not wait for the high watermark to be known.
            if (state.LatestSnapshot is { } latest && latest.Id != OffsetAndEpoch.Bootstrap)
                return DeliverSnapshot(latest.Id);
            if (_nextOffset == NotStarted && state.StartOffset == 0)
                _nextOffset = 0;
            else
                return false;
        }

        if (_nextOffset >= highWatermark)
            return false;
        var committed = new List<CommittedBatch>();
        foreach (var batch in RaftBatchReader.ReadBatches(log.Read(_nextOffset, ChunkBytes), out _))
        {
            if (batch.EndOffset > highWatermark)
                break;
            if (batch.BaseOffset >= _nextOffset)
                committed.Add(CommittedBatchReader.Read(batch));
        }

        if (committed.Count == 0)
            throw new InvalidDataException($"The metadata log cannot be read at offset {_nextOffset}, below the high watermark {highWatermark}");
        _nextOffset = committed[^1].LastOffset + 1;
        _isBusy = true;
        listener.OnCommit(new(committed, Done));
        return true;
    }

    private bool DeliverSnapshot(OffsetAndEpoch id)
    {
        if (snapshots.Open(id) is not { } file)
            return false;
        _nextOffset = id.Offset;
        _isBusy = true;
        listener.OnLoadSnapshot(new(id, file, Done));
        return true;
    }

    private void NotifyLeader(LeaderAndEpoch leader)
    {
        // Within an epoch a leader may become known, or give up.
        if (leader == _lastLeader || leader.Epoch < _lastLeader.Epoch)
            return;
        _lastLeader = leader;
        listener.OnLeaderChange(leader);
    }

    private void Done() => wake(this);

    /// <summary>The listener has dealt with what it was given.</summary>
    public void Resume() => _isBusy = false;
}
