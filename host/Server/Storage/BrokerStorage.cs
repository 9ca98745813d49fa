using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.LogStorage;
using Kafka.Modular.LogStorage.Checkpoints;
using Kafka.Modular.LogStorage.Cleaning;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Raft.Voters;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server.Storage;

/// <summary>The log directories of a running broker: checked against each other, and open.</summary>
internal sealed class BrokerStorage : IAsyncDisposable
{
    private BrokerStorage(LogManager logs, LogDirectory metadataDirectory)
    {
        Logs = logs;
        MetadataDirectory = metadataDirectory;
    }

    /// <summary>Every log.</summary>
    public LogManager Logs { get; }

    /// <summary>The directory that holds the quorum's log.</summary>
    public LogDirectory MetadataDirectory { get; }

    /// <summary>The cluster's id.</summary>
    public string ClusterId => MetadataDirectory.MetaProperties!.ClusterId;

    /// <summary>The id of the directory that holds the quorum's log.</summary>
    public Uuid MetadataDirectoryId => IdOf(MetadataDirectory);

    /// <summary>The ids of all directories.</summary>
    public IReadOnlyList<Uuid> DirectoryIds => [.. Logs.Directories.Select(IdOf)];

    /// <summary>The broker's epoch when it stopped in order, -1 if it did not.</summary>
    public long PreviousEpoch => Logs.Directories.All(static directory => directory.HadCleanShutdown) ? MetadataDirectory.CleanShutdownBrokerEpoch : -1;

    /// <summary>Opens the directories, formats them where that is asked for, and checks that they belong to this node.</summary>
    /// <exception cref="BrokerStartException">A directory is not formatted, or belongs to another cluster or node.</exception>
    /// <exception cref="IOException">A directory cannot be read or written, or is in use.</exception>
    public static async Task<BrokerStorage> OpenAsync(BrokerParts parts, LiveConfiguration configuration, BrokerLoops loops, RaftEndpoints controller)
    {
        var paths = MetadataLogPath.All(parts.Configuration);
        var metadataPath = MetadataLogPath.Of(parts.Configuration);
        var logger = parts.Loggers.CreateLogger("kafka.server.LogDirectories");
        if (parts.FormatsIfEmpty)
            FormatIfEmpty(parts, paths, metadataPath, controller, logger);
        var logs = LogManager.Open(Options(parts, configuration, loops, paths));
        try
        {
            return new BrokerStorage(logs, Check(parts, logs, metadataPath));
        }
        catch
        {
            await logs.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Logs.DisposeAsync();

    private static Uuid IdOf(LogDirectory directory) => directory.MetaProperties?.DirectoryId ?? default;

    private static void FormatIfEmpty(BrokerParts parts, IReadOnlyList<string> paths, string metadataPath, RaftEndpoints controller, ILogger logger)
    {
        var formatter = new StorageFormatter(parts.Store, parts.Time, parts.Random);
        if (formatter.FindFormatted(paths).Count > 0)
            return;
        var format = new StorageFormat
        {
            ClusterId = Uuid.CreateRandom(parts.Random).ToString(),
            NodeId = parts.Configuration.Settings<NodeSettings>().NodeId,
            Standalone = controller,
            Credentials = parts.FirstScramUsers,
        };
        formatter.Format(paths, metadataPath, format);
        foreach (var path in paths)
            logger.Formatted(path, format.ClusterId, format.MetadataVersion.Name);
    }

    private static LogDirectory Check(BrokerParts parts, LogManager logs, string metadataPath)
    {
        var nodeId = parts.Configuration.Settings<NodeSettings>().NodeId;
        var metadata = logs.Directories.Single(directory => string.Equals(directory.Path, metadataPath, StringComparison.Ordinal));
        if (metadata.MetaProperties is not { } expected)
            throw new BrokerStartException($"log.dirs: {metadataPath} is not formatted; run `kafka-modular format` with the same configuration first");
        if (expected.NodeId != nodeId)
            throw new BrokerStartException($"node.id: {nodeId} is configured, but {metadataPath} was formatted for node {expected.NodeId}");
        foreach (var directory in logs.Directories)
        {
            if (directory.MetaProperties is not { } own)
            {
                // An empty directory that was added later (KIP-858).
                directory.Format(new MetaProperties(expected.ClusterId, nodeId, Metadata.Topics.DirectoryIds.CreateRandom(parts.Random)));
            }
            else if (own.NodeId != nodeId)
            {
                throw new BrokerStartException($"node.id: {nodeId} is configured, but {directory.Path} was formatted for node {own.NodeId}");
            }
            else if (!string.Equals(own.ClusterId, expected.ClusterId, StringComparison.Ordinal))
            {
                throw new BrokerStartException($"log.dirs: {directory.Path} belongs to cluster {own.ClusterId}, {metadataPath} to cluster {expected.ClusterId}");
            }
            else if (own.DirectoryId is null)
            {
                directory.Format(own with { DirectoryId = Metadata.Topics.DirectoryIds.CreateRandom(parts.Random) });
            }
        }

        return metadata;
    }

    private static LogManagerOptions Options(BrokerParts parts, LiveConfiguration configuration, BrokerLoops loops, IReadOnlyList<string> paths)
    {
        var settings = configuration.Settings<LogSettings>().Current;
        return new LogManagerOptions
        {
            Store = parts.Store,
            Directories = paths,
            Time = parts.Time,
            Random = parts.Random,
            Background = loops.Background,
            LoggerFactory = parts.Loggers,
            Codecs = parts.Codecs,
            Cleaner = LogCleanerConfig.From(settings),
            CleanerLoops = loops.CreateOwned,
            RecoveryThreadsPerDirectory = settings.NumRecoveryThreadsPerDataDir,
            InitialTaskDelay = TimeSpan.FromMilliseconds(settings.LogInitialTaskDelayMs),
            RetentionCheckInterval = TimeSpan.FromMilliseconds(settings.LogRetentionCheckIntervalMs),
            FlushSchedulerInterval = settings.LogFlushSchedulerIntervalMs == long.MaxValue ? null : TimeSpan.FromMilliseconds(settings.LogFlushSchedulerIntervalMs),
            RecoveryPointCheckpointInterval = TimeSpan.FromMilliseconds(settings.LogFlushOffsetCheckpointIntervalMs),
            LogStartOffsetCheckpointInterval = TimeSpan.FromMilliseconds(settings.LogFlushStartOffsetCheckpointIntervalMs),
            HighWatermarkCheckpointInterval = TimeSpan.FromMilliseconds(configuration.Settings<ReplicationSettings>().Current.ReplicaHighWatermarkCheckpointIntervalMs),
            ProducerExpirationCheckInterval = TimeSpan.FromMilliseconds(settings.ProducerIdExpirationCheckIntervalMs),
        };
    }
}
