using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Core.Timers;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Coordination;

/// <summary>
/// One coordinator partition while this node leads it: its shard, and the writes that wait to be committed. Lives on its loop.
/// </summary>
internal sealed class CoordinatorPartition<TShard, TRecord>
    where TShard : class, ICoordinatorShard<TRecord>
{
    private readonly CoordinatorPartitionContext<TRecord> _context;
    private readonly IEventLoop _loop;
    private readonly ShardTimers<TRecord> _timers;
    private readonly Queue<Deferred> _deferred = new();
    private readonly CommitTimer _commitTimer;
    private IDisposable? _watch;
    private long _lastWrittenEnd;
    private bool _commitTimerArmed;

    public CoordinatorPartition(
        TopicPartition partition,
        int leaderEpoch,
        IEventLoop loop,
        CoordinatorPartitionContext<TRecord> context,
        Func<TopicPartition, ICoordinatorTimers<TRecord>, TShard> createShard)
    {
        Partition = partition;
        LeaderEpoch = leaderEpoch;
        _loop = loop;
        _context = context;
        _timers = new ShardTimers<TRecord>(loop);
        _timers.Attach(RunTimer);
        _commitTimer = new CommitTimer(this);
        Shard = createShard(partition, _timers);
    }

    public TopicPartition Partition { get; }

    public int LeaderEpoch { get; }

    public TShard Shard { get; }

    public CoordinatorPartitionState State { get; private set; } = CoordinatorPartitionState.Loading;

    /// <summary>The whole log is replayed.</summary>
    public void Activate()
    {
        State = CoordinatorPartitionState.Active;
        _lastWrittenEnd = _context.Log.HighWatermark(Partition);
        _watch = _context.Log.WatchHighWatermark(Partition, highWatermark => _loop.Post(() => Commit(highWatermark)));
        Shard.OnLoaded();
    }

    /// <summary>The log could not be replayed.</summary>
    public void Fail() => State = CoordinatorPartitionState.Failed;

    /// <summary>This node leads the partition no longer: everybody who waits is sent to the new coordinator.</summary>
    public void Unload()
    {
        var isLoading = State == CoordinatorPartitionState.Loading;
        State = CoordinatorPartitionState.Closed;
        _watch?.Dispose();
        _timers.CancelAll();
        _loop.Cancel(_commitTimer);
        while (_deferred.TryDequeue(out var deferred))
        {
            FailAll(deferred.Replies, ErrorCode.NotCoordinator);
        }

        if (isLoading)
        {
            // Nobody waits in a shard that answered nobody yet, and another thread is still replaying into it.
            return;
        }

        foreach (var reply in Shard.OnUnloaded())
        {
            reply.Give();
        }
    }

    /// <summary>Runs an operation that may write.</summary>
    public void Write<T>(Func<TShard, PendingReply<T>, CoordinatorResult<TRecord>> operation, PendingReply<T> reply)
    {
        if (!IsActive(reply))
        {
            return;
        }

        CoordinatorResult<TRecord> result;
        try
        {
            result = operation(Shard, reply);
        }
        catch (Exception exception)
        {
            _context.Logger.OperationFailed(exception, Partition);
            reply.Fail(ErrorCode.UnknownServerError);
            return;
        }

        Handle(result);
    }

    /// <summary>
    /// Runs an operation that only reads. Its answer waits until all that was written before is committed, so that nobody sees what could be lost.
    /// </summary>
    public void Read<T>(Func<TShard, T> operation, PendingReply<T> reply)
    {
        if (!IsActive(reply))
        {
            return;
        }

        T answer;
        try
        {
            answer = operation(Shard);
        }
        catch (Exception exception)
        {
            _context.Logger.OperationFailed(exception, Partition);
            reply.Fail(ErrorCode.UnknownServerError);
            return;
        }

        Handle(CoordinatorResult<TRecord>.Reply(reply.With(answer)));
    }

    private static void FailAll(IReadOnlyList<ReplyEffect> replies, ErrorCode error)
    {
        foreach (var reply in replies)
        {
            reply.Fail(error);
        }
    }

    private bool IsActive<T>(PendingReply<T> reply)
    {
        if (State == CoordinatorPartitionState.Active)
        {
            return true;
        }

        reply.Fail(State == CoordinatorPartitionState.Loading ? ErrorCode.CoordinatorLoadInProgress : ErrorCode.NotCoordinator);
        return false;
    }

    private void RunTimer(Func<CoordinatorResult<TRecord>> operation)
    {
        if (State != CoordinatorPartitionState.Active)
        {
            return;
        }

        try
        {
            Handle(operation());
        }
        catch (Exception exception)
        {
            _context.Logger.OperationFailed(exception, Partition);
        }
    }

    private void Handle(CoordinatorResult<TRecord> result)
    {
        if (result.IsEmpty)
        {
            return;
        }

        if (result.Records.Count > 0 && TryAppend(result) is not ErrorCode.None and var error)
        {
            _context.Logger.AppendFailed(Partition, error);
            var told = CoordinatorErrors.ForCaller(error);
            FailAll(result.Replies, told);
            Settle(result.Completed, told);
            return;
        }

        _deferred.Enqueue(new Deferred(_lastWrittenEnd, result.Replies, result.Completed, _timers.NowMs + _context.CommitTimeoutMs));
        Commit(_context.Log.HighWatermark(Partition));
    }

    private void Settle(Func<ErrorCode, CoordinatorResult<TRecord>>? completed, ErrorCode error)
    {
        if (completed is not null && State == CoordinatorPartitionState.Active)
        {
            Handle(completed(error));
        }
    }

    // Whatever goes wrong, those that wait for the result are told.
    private ErrorCode TryAppend(CoordinatorResult<TRecord> result)
    {
        try
        {
            return Append(result);
        }
        catch (Exception exception)
        {
            _context.Logger.OperationFailed(exception, Partition);
            return ErrorCode.UnknownServerError;
        }
    }

    private ErrorCode Append(CoordinatorResult<TRecord> result)
    {
        var limit = _context.Log.MaxBatchSize(Partition);
        if (limit < 0)
        {
            return ErrorCode.NotLeaderOrFollower;
        }

        var nowMs = _timers.NowMs;
        var batch = new RecordBatchBuilder(new RecordBatchOptions());
        var first = 0;
        for (var index = 0; index < result.Records.Count; index++)
        {
            var key = _context.Codec.EncodeKey(result.Records[index]);
            var value = _context.Codec.EncodeValue(result.Records[index]);
            if (!result.IsAtomic && batch.Count > 0 && batch.SizeInBytes + key.Length + (value?.Length ?? 0) + MaxRecordOverhead > limit)
            {
                if (Append(result, first, batch) is not ErrorCode.None and var error)
                {
                    return error;
                }

                first = index;
                batch = new RecordBatchBuilder(new RecordBatchOptions());
            }

            batch.Append(nowMs, key, value);
        }

        return batch.SizeInBytes > limit ? ErrorCode.MessageTooLarge : Append(result, first, batch);
    }

    /// <summary>The most bytes that a record takes beside its key and value: lengths, deltas, attributes and no headers.</summary>
    private const int MaxRecordOverhead = 32;

    private ErrorCode Append(CoordinatorResult<TRecord> result, int first, RecordBatchBuilder batch)
    {
        var appended = _context.Log.Append(Partition, batch.Build());
        if (appended.Error != ErrorCode.None)
        {
            return appended.Error;
        }

        _lastWrittenEnd = appended.EndOffset;
        if (result.ReplayRecords)
        {
            for (var index = 0; index < batch.Count; index++)
            {
                Shard.Replay(appended.BaseOffset + index, -1, result.Records[first + index]);
            }
        }

        return ErrorCode.None;
    }

    private void Commit(long highWatermark)
    {
        while (_deferred.TryPeek(out var next) && next.EndOffset <= highWatermark)
        {
            _deferred.Dequeue();
            foreach (var reply in next.Replies)
            {
                reply.Give();
            }

            Settle(next.Completed, ErrorCode.None);
        }

        ArmCommitTimer();
    }

    private void ArmCommitTimer()
    {
        if (_commitTimerArmed || _deferred.Count == 0)
        {
            return;
        }

        var deadlineMs = _deferred.Min(static deferred => deferred.DeadlineMs);
        if (deadlineMs < long.MaxValue)
        {
            _commitTimerArmed = true;
            _loop.Schedule(_commitTimer, TimeSpan.FromMilliseconds(Math.Max(deadlineMs - _timers.NowMs, 1)));
        }
    }

    /// <summary>What is not committed in time is answered; it stays in the log and counts once the partition's replicas have it.</summary>
    private void OnCommitTimeout()
    {
        _commitTimerArmed = false;
        var waiting = _deferred.Count;
        for (var index = 0; index < waiting; index++)
        {
            var deferred = _deferred.Dequeue();
            if (deferred.DeadlineMs <= _timers.NowMs)
            {
                FailAll(deferred.Replies, CoordinatorErrors.ForCaller(ErrorCode.RequestTimedOut));
                deferred = deferred with { Replies = [], DeadlineMs = long.MaxValue };
            }

            _deferred.Enqueue(deferred);
        }

        ArmCommitTimer();
    }

    private readonly record struct Deferred(
        long EndOffset, IReadOnlyList<ReplyEffect> Replies, Func<ErrorCode, CoordinatorResult<TRecord>>? Completed, long DeadlineMs);

    private sealed class CommitTimer(CoordinatorPartition<TShard, TRecord> owner) : TimerEntry
    {
        protected override void OnExpired() => owner.OnCommitTimeout();
    }
}
