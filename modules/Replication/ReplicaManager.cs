using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.LogStorage;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Replication.Metrics;
using Kafka.Modular.Spi.Storage;
using Kafka.Modular.Telemetry.Instruments;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Replication;

/// <summary>
/// The replicas of this broker. It follows the metadata: opens, leads, follows and deletes what the controller says, in order, off the loop that
/// publishes the metadata, because disks are slow. Looking up partitions is for any thread.
/// </summary>
public sealed class ReplicaManager : IMetadataPublisher, IAsyncDisposable
{
    private readonly ConcurrentDictionary<TopicPartition, Partition> _partitions = new();
    private readonly LogManager _logs;
    private readonly LiveConfiguration _configuration;
    private readonly ISettings<LogSettings> _logSettings;
    private readonly PartitionServices _services;
    private readonly LogDirectoryMoves _moves;
    private readonly IEventLoop _timers;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private Task _applying = Task.CompletedTask;
    private bool _hasMetadata;

    /// <summary>Creates a manager that has no replicas before the first metadata.</summary>
    /// <param name="brokerId">This broker.</param>
    /// <param name="logs">The logs, opened.</param>
    /// <param name="configuration">Settings of topics and replication.</param>
    /// <param name="isrChanges">Asks the controller for other ISRs.</param>
    /// <param name="assignments">Tells the controller where replicas live.</param>
    /// <param name="timers">The loop that ends parked requests whose time is over.</param>
    /// <param name="logger">Where it logs, as <c>kafka.server.ReplicaManager</c>.</param>
    /// <param name="metrics">Where its metrics are read.</param>
    public ReplicaManager(
        int brokerId,
        LogManager logs,
        LiveConfiguration configuration,
        IIsrChanges isrChanges,
        IDirectoryAssignments assignments,
        IEventLoop timers,
        ILogger logger,
        MetricRegistry metrics)
    {
        _logs = logs;
        _configuration = configuration;
        _logSettings = configuration.Settings<LogSettings>();
        _services = new PartitionServices(brokerId, configuration, isrChanges, timers.Time, new ReplicaMetrics(metrics));
        _timers = timers;
        _logger = logger;
        _moves = new LogDirectoryMoves(this, assignments, logger);
        ScheduleIsrCheck();
    }

    /// <inheritdoc/>
    public string Name => nameof(ReplicaManager);

    /// <summary>This broker's id.</summary>
    public int BrokerId => _services.BrokerId;

    /// <summary>The logs of the replicas.</summary>
    public LogManager Logs => _logs;

    /// <summary>The loop that ends parked requests whose time is over.</summary>
    public IEventLoop Timers => _timers;

    /// <summary>What is counted of the topics.</summary>
    public BrokerTopicMetrics TopicMetrics => _services.Metrics.Topics;

    /// <summary>The partitions that this broker has a replica of.</summary>
    public IEnumerable<Partition> Partitions => _partitions.Values;

    /// <summary>Told of each partition that this broker begins or ceases to lead, in order, off every loop.</summary>
    public event Action<LeadershipChange>? LeadershipChanged;

    /// <summary>Finds a partition.</summary>
    public bool TryGet(TopicPartition partition, [NotNullWhen(true)] out Partition? found) => _partitions.TryGetValue(partition, out found);

    /// <summary>
    /// Begins to move a replica to another directory of this broker (KIP-113): NONE once its copy is there, or where the replica lives there already;
    /// LOG_DIR_NOT_FOUND; INVALID_TOPIC_EXCEPTION where the name is too long for a copy's; REPLICA_NOT_AVAILABLE where there is no replica yet: should there
    /// be one later, it begins there.
    /// </summary>
    /// <param name="topicPartition">The partition.</param>
    /// <param name="path">The whole path of the directory.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LogStoreException">The copy could not be created.</exception>
    public async Task<ErrorCode> MoveAsync(TopicPartition topicPartition, string path, CancellationToken cancellationToken)
    {
        if (!LogManager.CanMove(topicPartition))
        {
            return ErrorCode.InvalidTopicException;
        }

        if (_logs.FindDirectory(path) is not { } target)
        {
            return ErrorCode.LogDirNotFound;
        }

        if (!_partitions.TryGetValue(topicPartition, out var partition))
        {
            _logs.PreferDirectory(topicPartition, target);
            return ErrorCode.ReplicaNotAvailable;
        }

        await _moves.StartAsync(partition, target, cancellationToken);
        return ErrorCode.None;
    }

    /// <summary>Completes when all metadata published so far is applied to the replicas.</summary>
    public Task WhenAppliedAsync()
    {
        lock (_lock)
        {
            return _applying;
        }
    }

    /// <inheritdoc/>
    public void OnMetadataUpdate(MetadataDelta delta, MetadataImage image, LoaderManifest manifest)
    {
        _services.Cluster = image.Cluster;
        List<TopicPartition> strays = _hasMetadata ? [] : StrayLogs.Find(_logs.Logs, image.Topics, BrokerId);
        _hasMetadata = true;
        var changes = delta.Topics?.LocalChanges(BrokerId);
        if (strays.Count == 0 && changes is not { IsEmpty: false })
        {
            return;
        }

        lock (_lock)
        {
            _applying = ApplyAfterAsync(_applying, strays, changes);
        }
    }

    /// <summary>Gives up all parked requests: the broker stops. What was answered before stands.</summary>
    public void EndParkedRequests()
    {
        foreach (var partition in _partitions.Values)
        {
            partition.Parked.EndAll();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _moves.DisposeAsync();
        await WhenAppliedAsync();
        _stopping.Dispose();
    }

    /// <summary>Lets the copy that moves a replica take its place, between two changes of metadata. False where it has not all of it yet.</summary>
    internal async Task<bool> TryReplaceAsync(Partition partition, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (_lock)
        {
            (before, _applying) = (_applying, done.Task);
        }

        try
        {
            await before;
            return await _logs.TryReplaceWithFutureAsync(partition.TopicPartition, partition.Replace, cancellationToken);
        }
        finally
        {
            done.SetResult();
        }
    }

    private async Task ApplyAfterAsync(Task before, List<TopicPartition> strays, LocalReplicaChanges? changes)
    {
        // The publishing loop must not wait for disks.
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (strays is [var firstStray, ..])
        {
            await GuardAsync(firstStray, async () => await _logs.MoveAsideAsync(strays, OnFault, _stopping.Token));
        }

        if (changes is null)
        {
            return;
        }

        List<TopicPartition> deleted = [.. changes.Deleted.Keys];
        if (deleted is [var firstDeleted, ..])
        {
            await GuardAsync(firstDeleted, () => DeleteAsync(deleted));
        }

        foreach (var (partition, replica) in changes.Leaders)
        {
            await GuardAsync(partition, () => ApplyAsync(partition, replica, leads: true));
        }

        foreach (var (partition, replica) in changes.Followers)
        {
            await GuardAsync(partition, () => ApplyAsync(partition, replica, leads: false));
        }
    }

    /// <summary>One partition that fails does not keep the others from being applied.</summary>
    private async Task GuardAsync(TopicPartition partition, Func<Task> apply)
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await apply();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The broker stops.
        }
        catch (Exception exception)
        {
            // Whatever it is: the changes of all partitions after this one wait for it to be over.
            _logger.ApplyFailed(exception, partition);
        }
    }

    private async Task ApplyAsync(TopicPartition topicPartition, LocalReplica replica, bool leads)
    {
        if (_partitions.TryGetValue(topicPartition, out var partition) && partition.TopicId != replica.TopicId)
        {
            // A topic of that name was deleted and created again within one delta.
            await DeleteAsync([topicPartition]);
            partition = null;
        }

        var isNew = partition is null;
        partition ??= new Partition(topicPartition, replica.TopicId, _services);
        replica.Partition.TryGetDirectory(BrokerId, out var directory);
        var log = await _logs.GetOrCreateAsync(
            topicPartition,
            replica.TopicId,
            LogConfig.From(_configuration.Topics.Get(topicPartition.Topic), _logSettings.Current),
            DirectoryIds.IsReserved(directory) ? null : directory,
            _stopping.Token);
        partition.Attach(log);
        var (wasLeader, epochBefore) = (partition.IsLeader, partition.LeaderEpoch);
        if (leads)
        {
            partition.BecomeLeader(replica.Partition);
        }
        else
        {
            partition.BecomeFollower(replica.Partition);
        }

        if (isNew)
        {
            _partitions[topicPartition] = partition;
            _moves.Resume(partition);
        }

        if (leads && (!wasLeader || epochBefore != replica.Partition.LeaderEpoch))
        {
            _logger.Leads(topicPartition, replica.Partition.LeaderEpoch, log.LogEndOffset);
            LeadershipChanged?.Invoke(new LeadershipChange(topicPartition, IsLeader: true, replica.Partition.LeaderEpoch));
        }
        else if (!leads && (wasLeader || isNew))
        {
            LeadershipChanged?.Invoke(new LeadershipChange(topicPartition, IsLeader: false, replica.Partition.LeaderEpoch));
        }
    }

    private async Task DeleteAsync(IReadOnlyCollection<TopicPartition> topicPartitions)
    {
        foreach (var topicPartition in topicPartitions)
        {
            _moves.Abandon(topicPartition);
            if (_partitions.TryRemove(topicPartition, out var partition))
            {
                partition.Remove();
                LeadershipChanged?.Invoke(new LeadershipChange(topicPartition, IsLeader: false, LeaderEpoch: null));
            }
        }

        await _logs.DeleteAsync(topicPartitions, OnFault, _stopping.Token);
    }

    private void OnFault(TopicPartition topicPartition, Exception fault) => _logger.ApplyFailed(fault, topicPartition);

    /// <summary>A follower has left the ISR at the latest after one and a half times <c>replica.lag.time.max.ms</c>, as in Kafka.</summary>
    private void ScheduleIsrCheck() => _timers.Schedule(TimeSpan.FromMilliseconds(_services.MaxLagMs / 2.0), () =>
    {
        foreach (var partition in _partitions.Values)
        {
            partition.MaybeShrinkIsr();
        }

        ScheduleIsrCheck();
    });
}
