using System.Diagnostics.CodeAnalysis;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage;

/// <content>Copies that move logs between directories (KIP-113), stored as <c>topic-0.id-future</c> until they take their log's place.</content>
public sealed partial class LogManager
{
    private readonly Dictionary<TopicPartition, string> _preferredDirectories = [];

    /// <summary>The directory of a path as clients know it, or null.</summary>
    public LogDirectory? FindDirectory(string path)
        => _directories.Find(each => string.Equals(each.AbsolutePath, path, StringComparison.Ordinal) || string.Equals(each.Path, path, StringComparison.Ordinal));

    /// <summary>Whether a copy of a log of this partition may have a name that a directory can hold.</summary>
    public static bool CanMove(TopicPartition partition) => LogNames.FutureLength(partition) <= LogNames.LongestName;

    /// <summary>Where the log is to be created, should it be created later.</summary>
    public void PreferDirectory(TopicPartition partition, LogDirectory directory)
    {
        lock (_preferredDirectories)
            _preferredDirectories[partition] = directory.Path;
    }

    /// <summary>Gives the copy that moves a log.</summary>
    public bool TryGetFuture(TopicPartition partition, [NotNullWhen(true)] out PartitionLog? log)
    {
        foreach (var directory in _directories)
        {
            if (directory.Futures.TryGetValue(partition, out log))
                return true;
        }

        log = null;
        return false;
    }

    /// <summary>Creates an empty copy of a log in another directory, or gives the one that is there already.</summary>
    /// <exception cref="LogStoreException">The copy could not be created.</exception>
    public async ValueTask<PartitionLog> CreateFutureAsync(PartitionLog log, LogDirectory directory, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken);
        try
        {
            if (directory.Futures.TryGetValue(log.TopicPartition, out var existing))
                return existing;
            var future = await PartitionLog.OpenAsync(
                OptionsFor(directory, log.TopicPartition, log.Config) with
                {
                    StoredName = LogNames.ForFuture(log.TopicPartition, _options.Random),
                    RecoveryPoint = 0,
                    LogStartOffset = log.LogStartOffset,
                    TopicId = log.TopicId,
                },
                cancellationToken);
            directory.Futures[log.TopicPartition] = future;
            return future;
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>Gives up a move: what was copied is deleted. False where there was none.</summary>
    /// <exception cref="LogStoreException">The copy could not be renamed.</exception>
    public async ValueTask<bool> DeleteFutureAsync(TopicPartition partition, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken);
        try
        {
            return await DeleteFutureLockedAsync(partition);
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>
    /// Lets the copy take the log's place where it has all of it: whoever uses the log is told by <paramref name="onReplaced"/> while appends are held back.
    /// False where it has not, or there is none any more.
    /// </summary>
    /// <exception cref="LogStoreException">A rename failed; the log stays.</exception>
    public async ValueTask<bool> TryReplaceWithFutureAsync(TopicPartition partition, Action<PartitionLog> onReplaced, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken);
        try
        {
            if (!_logs.TryGetValue(partition, out var log) || !TryGetFuture(partition, out var future))
                return false;
            var replaced = await log.TryHandOverAsync(
                future,
                LogNames.ForDeletion(partition, _options.Random),
                () =>
                {
                    _logs[partition] = future;
                    onReplaced(future);
                },
                cancellationToken);
            if (!replaced)
                return false;
            foreach (var directory in _directories)
            {
                if (directory.Futures.TryRemove(partition, out _))
                    directory.Logs[partition] = future;
                else if (directory.Logs.TryGetValue(partition, out var old) && old == log)
                    directory.Logs.TryRemove(partition, out _);
                directory.WriteRecoveryPoints();
                directory.WriteLogStartOffsets();
                directory.WriteHighWatermarks();
            }

            _chores.DeleteLater(log);
            _logger.LogMoved(log.ToString(), future.Directory.Path);
            return true;
        }
        finally
        {
            _changes.Release();
        }
    }

    private async ValueTask<bool> DeleteFutureLockedAsync(TopicPartition partition)
    {
        if (!TryGetFuture(partition, out var future))
            return false;
        await future.RenameForDeletionAsync(LogNames.ForDeletion(partition, _options.Random));
        foreach (var directory in _directories)
            directory.Futures.TryRemove(partition, out _);
        _chores.DeleteLater(future);
        return true;
    }

    private LogDirectory? PreferredDirectory(TopicPartition partition)
    {
        lock (_preferredDirectories)
        {
            return _preferredDirectories.Remove(partition, out var path)
                ? _directories.Find(each => string.Equals(each.Path, path, StringComparison.Ordinal))
                : null;
        }
    }

    /// <summary>
    /// Opens the copies that a move left. One whose log is marked as deleted was about to take its place, for it had all of it: it does so now. The others
    /// go on being filled once the replica is there.
    /// </summary>
    private async Task LoadFuturesAsync(Func<string, LogConfig> configOf, CancellationToken cancellationToken)
    {
        var stored = _directories.SelectMany(static directory => directory.Store.ListPartitions().Select(name => (Directory: directory, Name: name))).ToList();
        var deleted = stored.Select(static each => LogNames.TryParseSuffixed(each.Name, LogNames.DeleteSuffix, out var partition) ? partition : default).ToHashSet();
        foreach (var (directory, name) in stored)
        {
            if (!LogNames.TryParseSuffixed(name, LogNames.FutureSuffix, out var partition))
                continue;
            var wasReplacing = !_logs.ContainsKey(partition) && deleted.Contains(partition);
            var log = await PartitionLog.OpenAsync(
                OptionsFor(directory, partition, configOf(partition.Topic)) with { StoredName = name, RecoveryPoint = 0, LogStartOffset = 0 }, cancellationToken);
            if (wasReplacing)
            {
                log.Rename(partition.ToString());
                _logs[partition] = directory.Logs[partition] = log;
                _logger.LogMoved(log.ToString(), directory.Path);
            }
            else
            {
                directory.Futures[partition] = log;
            }
        }
    }
}
