using Kafka.Modular.Core.Threading;
using Kafka.Modular.Core.Timers;
using Kafka.Modular.LogStorage.Segments;
using Kafka.Modular.Spi.Storage;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.LogStorage;

/// <summary>Retention, flushing, checkpoints and deletions. Lives on the background loop.</summary>
internal sealed class LogChores(LogManagerOptions options, ILogger logger, IReadOnlyList<LogDirectory> directories)
{
    private readonly Lock _lock = new();
    private readonly List<Chore> _chores = [];
    private bool _isStopped;

    public void Start()
    {
        Repeat(options.RetentionCheckInterval, "deleting old segments", DeleteOldSegments);
        Repeat(options.ProducerExpirationCheckInterval, "forgetting producers", static log => log.RemoveExpiredProducers());
        if (options.FlushSchedulerInterval is { } flushInterval)
            Repeat(flushInterval, "flushing", static log => log.FlushIfDue());
        RepeatEach(options.RecoveryPointCheckpointInterval, "writing recovery points", static directory => directory.WriteRecoveryPoints());
        RepeatEach(options.LogStartOffsetCheckpointInterval, "writing log start offsets", static directory => directory.WriteLogStartOffsets());
        RepeatEach(options.HighWatermarkCheckpointInterval, "writing high watermarks", static directory => directory.WriteHighWatermarks());
    }

    public void Stop()
    {
        lock (_lock)
        {
            _isStopped = true;
            foreach (var chore in _chores)
                options.Background.Cancel(chore);
            _chores.Clear();
        }
    }

    public void WriteHighWatermarks()
    {
        foreach (var directory in directories)
            Run(directory.Path, "writing high watermarks", directory.WriteHighWatermarks);
    }

    /// <summary>Deletes a log that was renamed, after its delay.</summary>
    public void DeleteLater(PartitionLog log)
    {
        var delay = TimeSpan.FromMilliseconds(Math.Min(log.Config.FileDeleteDelayMs, int.MaxValue));
        options.Background.Schedule(delay, () => _ = DeleteAsync(log.ToString(), log.DeleteAsync));
    }

    /// <summary>Deletes a log that was renamed before the last restart.</summary>
    public void DeleteLater(LogDirectory directory, string name) => options.Background.Schedule(
        options.InitialTaskDelay,
        () => _ = DeleteAsync(
            $"{name} in {directory.Path}",
            token => directory.Store.OpenPartition(name, SegmentOptions.Default, LogSegment.ReadNextOffset).DeleteAsync(token)));

    private async Task DeleteAsync(string name, Func<CancellationToken, ValueTask> delete)
    {
        try
        {
            await delete(CancellationToken.None);
        }
        catch (Exception error) when (error is LogStoreException or ObjectDisposedException)
        {
            // The files are there at the next start, and are deleted then.
            logger.BackgroundFailed(error, name, "deleting a log");
        }
    }

    /// <summary>Where there is a cleaner, it does this for the logs that it cleans.</summary>
    private void DeleteOldSegments(PartitionLog log)
    {
        if (!log.Config.IsCompacted || options.Cleaner is null)
            log.DeleteOldSegments();
    }

    private void Repeat(TimeSpan interval, string name, Action<PartitionLog> chore) => RepeatEach(interval, name, directory =>
    {
        foreach (var log in directory.Logs.Values)
            Run(log.ToString(), name, () => chore(log));
    });

    private void RepeatEach(TimeSpan interval, string name, Action<LogDirectory> chore)
    {
        var repeated = new Chore(this, interval, () =>
        {
            foreach (var directory in directories)
                Run(directory.Path, name, () => chore(directory));
        });
        lock (_lock)
        {
            if (_isStopped)
                return;
            _chores.Add(repeated);
            options.Background.Schedule(repeated, options.InitialTaskDelay);
        }
    }

    private void Run(string name, string operation, Action chore)
    {
        try
        {
            chore();
        }
        catch (Exception error) when (error is LogStoreException or ObjectDisposedException)
        {
            logger.BackgroundFailed(error, name, operation);
        }
    }

    private void Again(Chore chore)
    {
        lock (_lock)
        {
            if (!_isStopped)
                options.Background.Schedule(chore, chore.Interval);
        }
    }

    private sealed class Chore(LogChores owner, TimeSpan interval, Action work) : TimerEntry
    {
        public TimeSpan Interval { get; } = interval;

        protected override void OnExpired()
        {
            try
            {
                work();
            }
            finally
            {
                // What it failed with is the loop's to tell; the logs need it again all the same.
                owner.Again(this);
            }
        }
    }
}
