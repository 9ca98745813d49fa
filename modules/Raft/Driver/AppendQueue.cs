using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Log;

namespace Kafka.Modular.Raft.Driver;

/// <summary>
/// Assigns offsets to the leader's appends at once, on the appender's thread, and keeps them for the Raft loop in that order. Safe to use from any thread.
/// </summary>
internal sealed class AppendQueue(int maxBatchBytes, TimeProvider time)
{
    private readonly Lock _lock = new();
    private Queue<RaftBatch> _batches = new();
    private int _epoch = -1;
    private long _nextOffset;

    /// <summary>The offset that the next append gets.</summary>
    public long NextOffset
    {
        get
        {
            lock (_lock)
                return _nextOffset;
        }
    }

    /// <summary>This node leads: the next append gets this offset.</summary>
    public void Open(int epoch, long nextOffset)
    {
        lock (_lock)
        {
            _batches.Clear();
            _epoch = epoch;
            _nextOffset = nextOffset;
        }
    }

    /// <summary>This node does not lead any more; what waits is dropped, it never entered the log.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _batches.Clear();
            _epoch = -1;
        }
    }

    /// <summary>Appends records as one batch.</summary>
    /// <param name="epoch">The epoch in which the caller believes to lead.</param>
    /// <param name="records">The encoded records, at least one.</param>
    /// <param name="mustDrain">True when nothing waited: the loop has to be told.</param>
    public RaftAppendResult TryAppend(int epoch, IReadOnlyList<ReadOnlyMemory<byte>> records, out bool mustDrain)
    {
        mustDrain = false;
        var now = Now();
        lock (_lock)
        {
            if (epoch != _epoch)
                return RaftAppendResult.Refused(ErrorCode.NotLeaderOrFollower);
            var bytes = RaftBatchWriter.WriteData(_nextOffset, epoch, now, records);
            if (bytes.Length > maxBatchBytes)
                return RaftAppendResult.Refused(ErrorCode.RecordListTooLarge);
            return Enqueue(bytes, records.Count, [], out mustDrain);
        }
    }

    /// <summary>Appends control records of the quorum as one batch; false when this node does not lead the epoch any more.</summary>
    public bool TryAppendControl(int epoch, IReadOnlyList<RaftControlRecord> records, out bool mustDrain)
    {
        mustDrain = false;
        var now = Now();
        lock (_lock)
        {
            if (epoch != _epoch)
                return false;
            Enqueue(RaftBatchWriter.WriteControl(_nextOffset, epoch, now, records), records.Count, records, out mustDrain);
            return true;
        }
    }

    /// <summary>Takes what waits, in order.</summary>
    public Queue<RaftBatch> Drain()
    {
        lock (_lock)
        {
            var drained = _batches;
            _batches = new();
            return drained;
        }
    }

    private RaftAppendResult Enqueue(ReadOnlyMemory<byte> bytes, int count, IReadOnlyList<RaftControlRecord> control, out bool mustDrain)
    {
        mustDrain = _batches.Count == 0;
        var batch = new RaftBatch(_nextOffset, _nextOffset + count - 1, _epoch, bytes, control);
        _batches.Enqueue(batch);
        _nextOffset = batch.EndOffset;
        return new(ErrorCode.None, batch.BaseOffset, batch.LastOffset);
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
