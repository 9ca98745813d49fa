using System.Collections.Concurrent;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.LogStorage;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Storage;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Replication;

/// <summary>
/// Moves replicas between the directories of this broker (KIP-113): fills a copy as a follower would, and lets it take the replica's place once it has caught
/// up and the controller knows of its directory (KIP-858). Each move runs by itself, as many at a time as there are directories. Any thread.
/// </summary>
internal sealed class LogDirectoryMoves : IAsyncDisposable
{
    private const int ChunkBytes = 1024 * 1024;

    private readonly ConcurrentDictionary<TopicPartition, Move> _moves = new();
    private readonly ReplicaManager _replicas;
    private readonly IDirectoryAssignments _assignments;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _slots;
    private volatile bool _isStopping;

    public LogDirectoryMoves(ReplicaManager replicas, IDirectoryAssignments assignments, ILogger logger)
    {
        (_replicas, _assignments, _logger) = (replicas, assignments, logger);
        _slots = new SemaphoreSlim(Math.Max(replicas.Logs.Directories.Count, 1));
    }

    /// <summary>Begins to move a replica; one that is there already stays, and one that moves elsewhere changes its course.</summary>
    /// <exception cref="LogStoreException">The copy could not be created.</exception>
    public async Task StartAsync(Partition partition, LogDirectory target, CancellationToken cancellationToken)
    {
        var logs = _replicas.Logs;
        if (logs.TryGetFuture(partition.TopicPartition, out var other) && other.Directory != target.Store)
        {
            if (_moves.TryGetValue(partition.TopicPartition, out var move))
            {
                await move.CancelAsync();
            }

            await logs.DeleteFutureAsync(partition.TopicPartition, cancellationToken);
        }

        if (partition.Log is { } log && log.Directory != target.Store)
        {
            await logs.CreateFutureAsync(log, target, cancellationToken);
            Resume(partition);
        }
    }

    /// <summary>Goes on with a move whose copy is there.</summary>
    public void Resume(Partition partition)
    {
        if (!_isStopping && _replicas.Logs.TryGetFuture(partition.TopicPartition, out var copy))
        {
            var move = new Move();
            if (_moves.TryAdd(partition.TopicPartition, move))
            {
                move.Start(token => RunAsync(partition, copy, token));
            }
            else
            {
                move.Dispose();
            }
        }
    }

    /// <summary>Ends a move without waiting for its end: the partition goes.</summary>
    public void Abandon(TopicPartition partition)
    {
        if (_moves.TryGetValue(partition, out var move))
        {
            move.Cancel();
        }
    }

    /// <summary>Ends every move where it is; it goes on after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        foreach (var move in _moves.Values)
        {
            await move.CancelAsync();
        }
    }

    private async Task RunAsync(Partition partition, PartitionLog copy, CancellationToken cancellationToken)
    {
        var topicPartition = partition.TopicPartition;
        try
        {
            await _slots.WaitAsync(cancellationToken);
            try
            {
                _logger.MoveStarted(topicPartition, copy.Directory.Path);
                await FillAsync(partition, copy, cancellationToken);
                if (DirectoryOf(copy) is { } directoryId)
                {
                    await _assignments.AssignAsync(partition.TopicId, topicPartition, directoryId, cancellationToken);
                }

                do
                {
                    await FillAsync(partition, copy, cancellationToken);
                }
                while (!await _replicas.TryReplaceAsync(partition, cancellationToken));
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // Given up, or the broker stops: then it goes on after the next start.
        }
        catch (Exception exception) when (exception is LogStoreException or ObjectDisposedException or InvalidOperationException)
        {
            _logger.MoveFailed(exception, topicPartition, copy.Directory.Path);
        }
        finally
        {
            _moves.TryRemove(topicPartition, out _);
        }
    }

    private Uuid? DirectoryOf(PartitionLog log) => _replicas.Logs.Directories.First(each => each.Store == log.Directory).MetaProperties?.DirectoryId;

    /// <summary>Copies until there is nothing left to copy for the moment.</summary>
    private static async Task FillAsync(Partition partition, PartitionLog copy, CancellationToken cancellationToken)
    {
        while (partition.Log is { } log && copy.LogEndOffset != log.LogEndOffset)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (copy.LogEndOffset < log.LogStartOffset)
            {
                // What was to be copied next was deleted meanwhile.
                await copy.TruncateFullyAndStartAtAsync(log.LogStartOffset, null, cancellationToken);
            }
            else if (copy.LogEndOffset > log.LogEndOffset)
            {
                // The replica was cut.
                await copy.TruncateToAsync(log.LogEndOffset, cancellationToken);
                continue;
            }

            await CopyChunkAsync(log, copy, cancellationToken);

            // Others need the thread, too.
            await Task.Yield();
        }
    }

    private static async Task CopyChunkAsync(PartitionLog log, PartitionLog copy, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> batches;
        try
        {
            batches = log.ReadBatches(copy.LogEndOffset, Math.Min(ChunkBytes, log.Config.SegmentBytes));
        }
        catch (ArgumentOutOfRangeException)
        {
            // It was deleted, or cut, since its offsets were looked at.
            return;
        }

        if (batches.IsEmpty)
        {
            return;
        }

        if (copy.LogStartOffset == copy.LogEndOffset && BaseOffset(batches.Span) < copy.LogEndOffset)
        {
            // The log starts inside of a batch, which can be had only as a whole.
            await copy.TruncateFullyAndStartAtAsync(BaseOffset(batches.Span), null, cancellationToken);
        }

        var appended = copy.AppendAsFollower(batches, int.MaxValue);
        if (appended.Error != ErrorCode.None)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new InvalidOperationException($"{log} could not be copied: {appended.Error} {appended.Message}");
        }

        copy.UpdateHighWatermark(log.HighWatermark);
        copy.MaybeIncrementLogStartOffset(Math.Min(log.LogStartOffset, copy.HighWatermark), "the log that it copies starts there");
    }

    private static long BaseOffset(ReadOnlySpan<byte> batches)
    {
        _ = RecordBatchView.TryRead(batches, out var first);
        return first.BaseOffset;
    }

    /// <summary>One move that can be ended.</summary>
    private sealed class Move : IDisposable
    {
        private readonly Lock _lock = new();
        private readonly CancellationTokenSource _cancellation = new();
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _isDisposed;

        public void Start(Func<CancellationToken, Task> run) => _ = RunAsync(run);

        public void Cancel()
        {
            lock (_lock)
            {
                if (!_isDisposed)
                {
                    _cancellation.Cancel();
                }
            }
        }

        public Task CancelAsync()
        {
            Cancel();
            return _ended.Task;
        }

        public void Dispose()
        {
            lock (_lock)
            {
                _isDisposed = true;
                _cancellation.Dispose();
            }
        }

        private async Task RunAsync(Func<CancellationToken, Task> run)
        {
            try
            {
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                await run(_cancellation.Token);
            }
            finally
            {
                Dispose();
                _ended.SetResult();
            }
        }
    }
}
