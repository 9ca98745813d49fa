using System.Collections.Concurrent;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Coordination;

/// <summary>
/// Runs coordinator shards, one for each partition that this node leads: loads them from their partition's log, runs operations on them one
/// at a time, writes what they decide and answers once it is committed. Each shard has one loop; the methods here may be called from any thread.
/// </summary>
/// <typeparam name="TShard">The shard.</typeparam>
/// <typeparam name="TRecord">Its record.</typeparam>
public sealed class CoordinatorRuntime<TShard, TRecord> : IAsyncDisposable
    where TShard : class, ICoordinatorShard<TRecord>
{
    private readonly ConcurrentDictionary<TopicPartition, CoordinatorPartition<TShard, TRecord>> _partitions = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly IReadOnlyList<IEventLoop> _loops;
    private readonly CoordinatorPartitionContext<TRecord> _context;
    private readonly CompressionCodecs _codecs;
    private readonly Func<TopicPartition, ICoordinatorTimers<TRecord>, TShard> _createShard;

    /// <summary>Creates a runtime that leads nothing yet.</summary>
    /// <param name="loops">The loops that the shards share; at least one.</param>
    /// <param name="log">The partitions.</param>
    /// <param name="codec">The records' form in the log.</param>
    /// <param name="codecs">Codecs for batches that another broker compressed.</param>
    /// <param name="createShard">Makes an empty shard for a partition with its timers.</param>
    /// <param name="commitTimeoutMs">How long an answer waits for its records to be committed, in milliseconds.</param>
    /// <param name="logger">Where the runtime logs.</param>
    public CoordinatorRuntime(
        IReadOnlyList<IEventLoop> loops,
        ICoordinatorLog log,
        ICoordinatorRecordCodec<TRecord> codec,
        CompressionCodecs codecs,
        Func<TopicPartition, ICoordinatorTimers<TRecord>, TShard> createShard,
        int commitTimeoutMs,
        ILogger logger)
    {
        _loops = loops;
        _codecs = codecs;
        _createShard = createShard;
        _context = new CoordinatorPartitionContext<TRecord>(log, codec, logger, commitTimeoutMs);
    }

    /// <summary>The partitions that this node coordinates, loading ones included.</summary>
    public IReadOnlyCollection<TopicPartition> Partitions => [.. _partitions.Keys];

    /// <summary>
    /// Runs an operation that may write. The operation answers through the reply it is given, at once or later; errors of the runtime itself
    /// (NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE) take the shape that <paramref name="onError"/> gives them.
    /// </summary>
    public Task<T> WriteAsync<T>(
        TopicPartition partition, Func<TShard, PendingReply<T>, CoordinatorResult<TRecord>> operation, Func<ErrorCode, T> onError)
        => RunAsync(partition, onError, (target, reply) => target.Write(operation, reply));

    /// <summary>Runs an operation that only reads; the answer holds nothing that is not committed.</summary>
    public Task<T> ReadAsync<T>(TopicPartition partition, Func<TShard, T> operation, Func<ErrorCode, T> onError)
        => RunAsync(partition, onError, (target, reply) => target.Read(operation, reply));

    /// <summary>This node leads the partition from this epoch on: replay its log, then answer for it.</summary>
    public void Load(TopicPartition partition, int leaderEpoch)
    {
        var loop = LoopOf(partition);
        loop.Post(() =>
        {
            if (_partitions.TryGetValue(partition, out var current))
            {
                if (current.LeaderEpoch >= leaderEpoch && current.State != CoordinatorPartitionState.Failed)
                {
                    return;
                }

                current.Unload();
            }

            var loading = new CoordinatorPartition<TShard, TRecord>(partition, leaderEpoch, loop, _context, _createShard);
            _partitions[partition] = loading;
            _context.Logger.Loading(partition, leaderEpoch);
            _ = ReplayAsync(loading, loop);
        });
    }

    /// <summary>This node leads the partition no longer.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="leaderEpoch">The epoch of the new leader, or null when the partition is gone.</param>
    public void Unload(TopicPartition partition, int? leaderEpoch) => LoopOf(partition).Post(() =>
    {
        if (_partitions.TryGetValue(partition, out var current) && (leaderEpoch is null || current.LeaderEpoch < leaderEpoch))
        {
            _partitions.TryRemove(partition, out _);
            current.Unload();
            _context.Logger.Unloaded(partition);
        }
    });

    /// <summary>Stops loading, and answers everybody who waits with NOT_COORDINATOR.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (var partition in _partitions.Keys)
        {
            await LoopOf(partition).PostAsync(
                () =>
                {
                    if (_partitions.TryRemove(partition, out var current))
                    {
                        current.Unload();
                    }
                },
                CancellationToken.None);
        }

        _stopping.Dispose();
    }

    private IEventLoop LoopOf(TopicPartition partition) => _loops[(int)((uint)partition.GetHashCode() % (uint)_loops.Count)];

    private Task<T> RunAsync<T>(
        TopicPartition partition, Func<ErrorCode, T> onError, Action<CoordinatorPartition<TShard, TRecord>, PendingReply<T>> run)
    {
        var reply = new PendingReply<T>(onError);
        if (!_partitions.TryGetValue(partition, out var target))
        {
            reply.Fail(ErrorCode.NotCoordinator);
        }
        else if (!LoopOf(partition).Post(() => run(target, reply)))
        {
            reply.Fail(ErrorCode.CoordinatorNotAvailable);
        }

        return reply.Task;
    }

    /// <summary>Until it is active the shard belongs to the replay alone, so the replay may run on the reading thread.</summary>
    private async Task ReplayAsync(CoordinatorPartition<TShard, TRecord> loading, IEventLoop loop)
    {
        var started = loop.Time.GetTimestamp();
        var replay = new CoordinatorReplay<TRecord>(loading.Partition, loading.Shard, _context.Codec, _codecs, _context.Logger);
        Exception? failure = null;
        ErrorCode error;
        try
        {
            error = await _context.Log.ReadAllAsync(loading.Partition, replay.Apply, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception exception)
        {
            failure = exception;
            error = ErrorCode.UnknownServerError;
        }

        loop.Post(() =>
        {
            if (loading.State != CoordinatorPartitionState.Loading)
            {
                return;
            }

            if (error == ErrorCode.None)
            {
                loading.Activate();
                _context.Logger.Loaded(replay.RecordCount, loading.Partition, (long)loop.Time.GetElapsedTime(started).TotalMilliseconds);
            }
            else if (error == ErrorCode.NotLeaderOrFollower)
            {
                // The partition was deleted, or moved, before it was read; what tells of that is on its way.
                loading.Fail();
                _context.Logger.LoadGivenUp(loading.Partition);
            }
            else
            {
                loading.Fail();
                _context.Logger.LoadFailed(failure, loading.Partition, error);
            }
        });
    }
}
