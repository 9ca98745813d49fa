using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.LogStorage.Checkpoints;
using Kafka.Modular.LogStorage.Cleaning;
using Kafka.Modular.Spi.Storage;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.LogStorage;

/// <summary>
/// Every log of a broker: opens the directories and what is in them, creates and deletes logs, and has the chores done on the background
/// loop. Looking up a log is safe from any thread; starting, creating, deleting and stopping exclude each other.
/// </summary>
public sealed partial class LogManager : IAsyncDisposable
{
    private readonly LogManagerOptions _options;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<TopicPartition, PartitionLog> _logs = new();
    private readonly SemaphoreSlim _changes = new(1, 1);
    private readonly LogChores _chores;
    private readonly List<LogDirectory> _directories = [];
    private PartitionLog? _metadataLog;
    private bool _isLoaded;
    private bool _isStopped;

    private LogManager(LogManagerOptions options)
    {
        _options = options;
        _logger = options.LoggerFactory.CreateLogger("kafka.log.LogManager");
        _chores = new LogChores(options, _logger, _directories);
        if (options is { Cleaner: { } cleaner, CleanerLoops: { } loops })
            Cleaner = new LogCleaner(options, cleaner, loops, () => _logs.Values);
    }

    /// <summary>Compacts logs; null where that is turned off.</summary>
    public LogCleaner? Cleaner { get; }

    /// <summary>The open directories, in the order of the configuration.</summary>
    public IReadOnlyList<LogDirectory> Directories => _directories;

    /// <summary>The open logs, in no order; the quorum's log is not among them.</summary>
    public ICollection<PartitionLog> Logs => _logs.Values;

    /// <summary>Opens the directories and takes their locks; no log is opened yet.</summary>
    /// <exception cref="LogStoreException">A directory is in use, or cannot be read or written.</exception>
    /// <exception cref="CheckpointFormatException">A <c>meta.properties</c> is malformed.</exception>
    public static LogManager Open(LogManagerOptions options)
    {
        var manager = new LogManager(options);
        try
        {
            foreach (var path in options.Directories)
            {
                var store = options.Store.OpenDirectory(path);
                try
                {
                    var directory = new LogDirectory(store, (file, error) => manager._logger.FileUnreadable(error, path, file));
                    directory.ForgetCleanShutdown();
                    manager._directories.Add(directory);
                }
                catch
                {
                    store.Dispose();
                    throw;
                }
            }
        }
        catch
        {
            foreach (var directory in manager._directories)
                directory.Store.Dispose();
            throw;
        }

        return manager;
    }

    /// <summary>Opens the quorum's log, <c>__cluster_metadata-0</c>; it belongs to the caller, and is closed with the manager at the latest.</summary>
    /// <param name="path">The directory (<c>metadata.log.dir</c>), one of those that are open.</param>
    /// <param name="config">The log's settings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LogStoreException">The log could not be opened.</exception>
    public async ValueTask<PartitionLog> OpenMetadataLogAsync(string path, LogConfig config, CancellationToken cancellationToken)
    {
        var directory = _directories.Single(each => string.Equals(each.Path, path, StringComparison.Ordinal));
        // Its recovery point is not checkpointed: snapshots keep it short.
        return _metadataLog = await PartitionLog.OpenAsync(
            OptionsFor(directory, LogNames.ClusterMetadata, config) with
            {
                RecoveryPoint = 0, LogStartOffset = 0, TopicId = Uuid.MetadataTopicId,
            },
            cancellationToken);
    }

    /// <summary>
    /// Opens every log in the directories, several at a time, recovers those that were not closed in order, goes on deleting those that were
    /// deleted, and begins the chores.
    /// </summary>
    /// <param name="configOf">A topic's settings.</param>
    /// <param name="cancellationToken">Gives up; what is open stays open until the manager is disposed.</param>
    /// <exception cref="LogStoreException">A directory failed.</exception>
    public async Task StartAsync(Func<string, LogConfig> configOf, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken);
        try
        {
            await Task.WhenAll(_directories.Select(directory => LoadAsync(directory, configOf, cancellationToken)));
            await LoadFuturesAsync(configOf, cancellationToken);
            _isLoaded = true;
        }
        finally
        {
            _changes.Release();
        }

        _chores.Start();
        Cleaner?.Start();
    }

    /// <summary>Gives an open log.</summary>
    public bool TryGetLog(TopicPartition partition, [NotNullWhen(true)] out PartitionLog? log) => _logs.TryGetValue(partition, out log);

    /// <summary>Gives a partition's log, creating it where it is missing, in the directory with the fewest logs.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="topicId">The topic's id, null for a topic without.</param>
    /// <param name="config">The log's settings.</param>
    /// <param name="directoryId">The directory that the controller assigned (KIP-858), or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LogStoreException">The log could not be created.</exception>
    /// <exception cref="InvalidOperationException">There is a log of another topic of that name; it has to be deleted first.</exception>
    public async ValueTask<PartitionLog> GetOrCreateAsync(
        TopicPartition partition, Uuid? topicId, LogConfig config, Uuid? directoryId, CancellationToken cancellationToken)
    {
        if (!_logs.TryGetValue(partition, out var log))
            log = await CreateAsync(partition, topicId, config, directoryId, cancellationToken);
        if (topicId is { } id)
            log.AssignTopicId(id);
        return log;
    }

    /// <summary>Takes a log out of service and renames it; its files go after <c>file.delete.delay.ms</c>. False where there is none.</summary>
    /// <exception cref="LogStoreException">The log could not be renamed, or a checkpoint not be written.</exception>
    public async ValueTask<bool> DeleteAsync(TopicPartition partition, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        var deleted = await DeleteAsync([partition], (_, fault) => failure = fault, cancellationToken);
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        return deleted > 0;
    }

    /// <summary>
    /// Takes logs out of service and renames them; their files go after <c>file.delete.delay.ms</c>. The checkpoints are written once for all, which a topic of
    /// thousands of partitions could not wait for one by one.
    /// </summary>
    /// <param name="partitions">The partitions; those without a log are passed over.</param>
    /// <param name="onFault">Told which log could not be renamed, and why; the others go on. Of a checkpoint, with the first of its partitions.</param>
    /// <param name="cancellationToken">Gives up before the first or between two.</param>
    /// <returns>How many logs were deleted.</returns>
    public async ValueTask<int> DeleteAsync(
        IReadOnlyCollection<TopicPartition> partitions, Action<TopicPartition, Exception> onFault, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken);
        var touched = new Dictionary<LogDirectory, TopicPartition>();
        var deleted = 0;
        try
        {
            foreach (var partition in partitions)
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    if (await DeleteLockedAsync(partition) is not { } directory)
                        continue;
                    touched.TryAdd(directory, partition);
                    deleted++;
                }
                catch (Exception fault) when (fault is LogStoreException or IOException or InvalidOperationException)
                {
                    onFault(partition, fault);
                }
            }
        }
        finally
        {
            foreach (var (directory, first) in touched)
                ForgetGone(directory, fault => onFault(first, fault));
            _changes.Release();
        }

        return deleted;
    }

    /// <summary>Puts other settings in force for every log of a topic.</summary>
    public void UpdateTopicConfig(string topic, LogConfig config)
    {
        foreach (var (partition, log) in _logs)
        {
            if (string.Equals(partition.Topic, topic, StringComparison.Ordinal))
                log.UpdateConfig(config);
        }
    }

    /// <summary>Writes the high watermarks of all logs.</summary>
    public void CheckpointHighWatermarks() => _chores.WriteHighWatermarks();

    /// <summary>Flushes and closes every log, writes the checkpoints and, last, the marker of a clean shutdown.</summary>
    /// <param name="brokerEpoch">The broker's epoch, -1 if it has none.</param>
    /// <param name="cancellationToken">Gives up; then there is no marker, and the next start recovers.</param>
    public async Task StopAsync(long brokerEpoch, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken);
        try
        {
            if (_isStopped)
                return;
            _isStopped = true;
            _chores.Stop();
            if (Cleaner is not null)
                await Cleaner.StopAsync();
            foreach (var directory in _directories)
                await CloseAsync(directory, brokerEpoch, cancellationToken);
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>Releases the directories; without <see cref="StopAsync"/> before, the next start recovers.</summary>
    public async ValueTask DisposeAsync()
    {
        _chores.Stop();
        if (Cleaner is not null)
            await Cleaner.StopAsync();
        if (_metadataLog is not null)
            await _metadataLog.DisposeAsync();
        foreach (var directory in _directories)
            directory.Store.Dispose();
    }

    private async ValueTask<LogDirectory?> DeleteLockedAsync(TopicPartition partition)
    {
        // First, so that no copy is left that could take the log's place.
        await DeleteFutureLockedAsync(partition);
        if (!_logs.TryRemove(partition, out var log))
            return null;
        var directory = _directories.Single(each => each.Logs.TryRemove(partition, out _));
        await log.RenameForDeletionAsync(LogNames.ForDeletion(partition, _options.Random));
        _chores.DeleteLater(log);
        _logger.LogDeleted(log.ToString());
        return directory;
    }

    // The checkpoints name the partitions until they are written again; a topic of the same name must not inherit their offsets.
    private static void ForgetGone(LogDirectory directory, Action<Exception> onFault)
    {
        try
        {
            directory.WriteRecoveryPoints();
            directory.WriteLogStartOffsets();
            directory.WriteHighWatermarks();
            directory.WriteCleanedOffsets();
        }
        catch (Exception fault) when (fault is LogStoreException or IOException)
        {
            onFault(fault);
        }
    }

    private async Task LoadAsync(LogDirectory directory, Func<string, LogConfig> configOf, CancellationToken cancellationToken)
    {
        var names = directory.Store.ListPartitions();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.RecoveryThreadsPerDirectory, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(names, parallel, async (name, token) =>
        {
            if (LogNames.IsDeleted(name))
                _chores.DeleteLater(directory, name);
            else if (LogNames.IsStray(name))
                _logger.StrayLoaded(name, directory.Path);
            else if (LogNames.TryParse(name, out var partition) && partition != LogNames.ClusterMetadata)
                await OpenAsync(directory, partition, configOf(partition.Topic), topicId: null, token);
        });
        _logger.DirectoryLoaded(directory.Path, directory.Logs.Count, directory.HadCleanShutdown);
    }

    private async ValueTask<PartitionLog> CreateAsync(
        TopicPartition partition, Uuid? topicId, LogConfig config, Uuid? directoryId, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken);
        try
        {
            if (_logs.TryGetValue(partition, out var existing))
                return existing;
            var directory = _directories.Find(each => directoryId is not null && each.MetaProperties?.DirectoryId == directoryId)
                ?? PreferredDirectory(partition)
                ?? _directories.MinBy(each => each.Logs.Count)!;
            return await OpenAsync(directory, partition, config, topicId, cancellationToken);
        }
        finally
        {
            _changes.Release();
        }
    }

    private async ValueTask<PartitionLog> OpenAsync(
        LogDirectory directory, TopicPartition partition, LogConfig config, Uuid? topicId, CancellationToken cancellationToken)
    {
        var isNew = !directory.Store.ContainsPartition(partition.ToString());
        var options = OptionsFor(directory, partition, config) with { TopicId = topicId };
        if (isNew)
            options = options with { RecoveryPoint = 0, LogStartOffset = 0, CleanedOffset = null };
        var log = await PartitionLog.OpenAsync(options, cancellationToken);
        if (!isNew)
            log.UpdateHighWatermark(directory.HighWatermark(partition));
        if (!_logs.TryAdd(partition, log))
        {
            await log.DisposeAsync();
            throw new LogStoreException(directory.Path, $"{partition} is stored in {directory.Path} and in {_logs[partition].Directory.Path}.");
        }

        directory.Logs[partition] = log;
        return log;
    }

    private PartitionLogOptions OptionsFor(LogDirectory directory, TopicPartition partition, LogConfig config) => new()
    {
        Directory = directory.Store,
        TopicPartition = partition,
        Config = config,
        Time = _options.Time,
        Random = _options.Random,
        Background = _options.Background,
        Codecs = _options.Codecs,
        Logger = _logger,
        HadCleanShutdown = directory.HadCleanShutdown,
        RecoveryPoint = directory.RecoveryPoint(partition),
        LogStartOffset = directory.LogStartOffset(partition),
        CleanedOffset = directory.CleanedOffset(partition),
        CleanedOffsetChanged = directory.WriteCleanedOffsets,
    };

    private async Task CloseAsync(LogDirectory directory, long brokerEpoch, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.RecoveryThreadsPerDirectory, CancellationToken = cancellationToken };
        try
        {
            await Parallel.ForEachAsync(directory.Logs.Values.Concat(directory.Futures.Values), parallel, static (log, _) => log.DisposeAsync());
            if (_metadataLog is { } metadata && ReferenceEquals(metadata.Directory, directory.Store))
                await metadata.DisposeAsync();
            // Where not every log was opened, the checkpoints on disk know more, and the directory is as clean as it was found.
            if (_isLoaded)
            {
                directory.WriteRecoveryPoints();
                directory.WriteLogStartOffsets();
                directory.WriteHighWatermarks();
            }

            if (_isLoaded || directory.HadCleanShutdown)
                CleanShutdownFile.Write(directory.Store.Blobs, _isLoaded ? brokerEpoch : directory.CleanShutdownBrokerEpoch);
            directory.Store.Flush();
        }
        catch (LogStoreException error)
        {
            _logger.DirectoryNotClosed(error, directory.Path);
        }
    }
}
