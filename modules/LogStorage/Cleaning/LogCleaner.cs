using Kafka.Modular.Core.Threading;
using Kafka.Modular.Core.Time;
using Kafka.Modular.Spi.Compression;
using Kafka.Modular.Spi.Storage;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>
/// Compacts the logs whose <c>cleanup.policy</c> contains <c>compact</c>, the dirtiest first, on threads of its own, and deletes their old segments. Safe to
/// use from any thread.
/// </summary>
public sealed class LogCleaner
{
    private readonly Lock _lock = new();
    private readonly LogManagerOptions _options;
    private readonly Func<IEnumerable<PartitionLog>> _logs;
    private readonly Func<string, IEventLoop> _loops;
    private readonly ILogger _logger;
    private readonly CleanerThrottle _throttle;
    private readonly List<CleanerThread> _threads = [];
    private readonly List<Task> _ending = [];
    private volatile LogCleanerConfig _config;
    private double _maxDirtyRatio;
    private long _lastRun;
    private int _created;
    private bool _isStarted;
    private bool _isStopped;

    internal LogCleaner(LogManagerOptions options, LogCleanerConfig config, Func<string, IEventLoop> loops, Func<IEnumerable<PartitionLog>> logs)
    {
        (_options, _config, _loops, _logs) = (options, config, loops, logs);
        _logger = options.LoggerFactory.CreateLogger("kafka.log.LogCleaner");
        _throttle = new CleanerThrottle(options.Time);
        _lastRun = options.Time.UnixMilliseconds();
    }

    /// <summary>The settings in force.</summary>
    public LogCleanerConfig Config => _config;

    /// <summary>The largest share of a log that is dirty, in percent, when it was looked for last (<c>max-dirty-percent</c>).</summary>
    public int MaxDirtyPercent => (int)(100 * Volatile.Read(ref _maxDirtyRatio));

    /// <summary>Ms since a thread last looked for a log to clean (<c>time-since-last-run-ms</c>).</summary>
    public long TimeSinceLastRunMs => _options.Time.UnixMilliseconds() - Volatile.Read(ref _lastRun);

    /// <summary>How full the fullest map of keys became, in percent, in the threads' last cleanings (<c>max-buffer-utilization-percent</c>).</summary>
    public int MaxBufferUtilizationPercent => (int)(100 * Max(static last => last.MapUtilization));

    /// <summary>Seconds of the longest of the threads' last cleanings (<c>max-clean-time-secs</c>).</summary>
    public int MaxCleanTimeSeconds => (int)Max(static last => last.Elapsed.TotalSeconds);

    /// <summary>Seconds by which a log exceeded <c>max.compaction.lag.ms</c> before the threads' last cleanings (<c>max-compaction-delay-secs</c>).</summary>
    public int MaxCompactionDelaySeconds => (int)Max(static last => last.MaxCompactionDelayMs / 1000d);

    /// <summary>Bytes written of those read in the threads' last cleanings, in percent (<c>cleaner-recopy-percent</c>).</summary>
    public int RecopyPercent
    {
        get
        {
            var last = LastStatistics();
            return (int)(100d * last.Sum(static each => each.BytesWritten) / Math.Max(last.Sum(static each => each.BytesRead), 1));
        }
    }

    /// <summary>The logs that could not be cleaned and are left alone until the broker restarts.</summary>
    public IEnumerable<PartitionLog> UncleanableLogs => _logs().Where(static log => log.Cleaning.IsUncleanable);

    /// <summary>Bytes of a log that would be cleaned now.</summary>
    public long CleanableBytesOf(PartitionLog log) => CleaningPlan.Of(log.TakeCleaningSnapshot().Facts, _options.Time.UnixMilliseconds()).CleanableBytes;

    /// <summary>Puts other settings in force: at once the number of threads, for the next cleaning the rest.</summary>
    public void UpdateConfig(LogCleanerConfig config)
    {
        lock (_lock)
        {
            if (config == _config)
                return;
            _config = config;
            if (_isStarted && !_isStopped)
                SetThreadCount(config.Threads);
        }
    }

    internal void Start()
    {
        lock (_lock)
        {
            _isStarted = true;
            if (!_isStopped)
                SetThreadCount(_config.Threads);
        }
    }

    /// <summary>Ends what is being cleaned, and the threads; what was replaced already stays so.</summary>
    internal async Task StopAsync()
    {
        Task[] ending;
        lock (_lock)
        {
            _isStopped = true;
            SetThreadCount(0);
            ending = [.. _ending];
        }

        await Task.WhenAll(ending);
    }

    /// <summary>Cleans the dirtiest log that is due, and deletes old segments of all; false where none was cleaned.</summary>
    internal bool CleanOnce(Action<CleaningStatistics> report, CancellationToken stop)
    {
        var hasCleaned = false;
        foreach (var (log, plan) in DueLogs(out var maxDelay))
        {
            if (!log.Cleaning.TryBegin(stop, out var work))
                continue;
            try
            {
                hasCleaned = TryClean(log, statistics => report(statistics with { MaxCompactionDelayMs = maxDelay }), work);
            }
            finally
            {
                log.Cleaning.End();
            }

            break;
        }

        DeleteOldSegments(stop);
        return hasCleaned;
    }

    private void SetThreadCount(int count)
    {
        while (_threads.Count > count)
        {
            _ending.Add(_threads[^1].DisposeAsync().AsTask());
            _threads.RemoveAt(_threads.Count - 1);
        }

        _ending.RemoveAll(static task => task.IsCompletedSuccessfully);
        while (_threads.Count < count)
        {
            var thread = new CleanerThread(this, _loops($"kafka-log-cleaner-thread-{_created++}"));
            _threads.Add(thread);
            thread.Start();
        }
    }

    private double Max(Func<CleaningStatistics, double> value) => LastStatistics().Select(value).DefaultIfEmpty().Max();

    private List<CleaningStatistics> LastStatistics()
    {
        lock (_lock)
            return [.. _threads.Select(static thread => thread.LastStatistics).OfType<CleaningStatistics>()];
    }

    /// <summary>The logs that should be cleaned, the dirtiest first.</summary>
    private List<(PartitionLog Log, CleaningPlan Plan)> DueLogs(out long maxDelay)
    {
        var now = _options.Time.UnixMilliseconds();
        Volatile.Write(ref _lastRun, now);
        var due = new List<(PartitionLog Log, CleaningPlan Plan)>();
        var maxRatio = 0d;
        maxDelay = 0;
        foreach (var log in _logs())
        {
            if (!log.Config.IsCompacted || log.Cleaning.IsUncleanable || log.Cleaning.Phase != CleaningPhase.None || TryPlan(log, now) is not { } plan)
                continue;
            maxDelay = Math.Max(maxDelay, plan.CompactionDelayMs);
            maxRatio = Math.Max(maxRatio, plan.DirtyRatio);
            if (plan.IsDue(log.Config) && now >= log.Cleaning.NotBefore)
                due.Add((log, plan));
        }

        Volatile.Write(ref _maxDirtyRatio, maxRatio);
        due.Sort(static (one, other) => other.Plan.DirtyRatio.CompareTo(one.Plan.DirtyRatio));
        return due;
    }

    private CleaningPlan? TryPlan(PartitionLog log, long now)
    {
        CleaningPlan? plan = null;
        Guard(log, () =>
        {
            var facts = log.TakeCleaningSnapshot().Facts;
            plan = CleaningPlan.Of(facts, now);
            if (!plan.IsCheckpointInvalid)
                return;
            // With compact,delete it is how things go that the log begins behind what was cleaned.
            if (!log.Config.IsDeleted)
                _logger.CheckpointInvalid(log.ToString(), facts.CleanedOffset ?? -1, facts.LogStartOffset, facts.LogEndOffset);
            log.SetCleanedOffset(plan.FirstDirtyOffset);
        });
        return plan;
    }

    private bool TryClean(PartitionLog log, Action<CleaningStatistics> report, CancellationToken work) => Guard(log, () =>
    {
        // Things may have changed since it was chosen; from here on only what is appended does.
        var snapshot = log.TakeCleaningSnapshot();
        var plan = CleaningPlan.Of(snapshot.Facts, _options.Time.UnixMilliseconds());
        if (plan.CleanableBytes == 0)
            return;
        var config = _config;
        var statistics = new LogCompaction(log, snapshot, plan, CompactionResources.Of(config, _options.Time, _throttle), work).Run(out var endOffset);
        log.SetCleanedOffset(endOffset, snapshot.Truncations);
        report(statistics);
        _logger.LogCleaned(
            log.ToString(), plan.FirstDirtyOffset, endOffset, statistics.BytesRead, statistics.BytesWritten, statistics.RecordsRead, statistics.RecordsWritten,
            (long)statistics.Elapsed.TotalMilliseconds);
        if (statistics.RecordsWithoutKey > 0)
            _logger.RecordsWithoutKey(log.ToString(), statistics.RecordsWithoutKey);
    });

    private void DeleteOldSegments(CancellationToken stop)
    {
        foreach (var log in _logs())
        {
            if (!log.Config.IsCompacted || log.Cleaning.IsUncleanable || !log.Cleaning.TryBegin(stop, out _))
                continue;
            try
            {
                Guard(log, () => log.DeleteOldSegments());
            }
            finally
            {
                log.Cleaning.End();
            }
        }
    }

    /// <summary>Does something with a log that may fail without harm to the others; true where it did not.</summary>
    private bool Guard(PartitionLog log, Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // The log is being truncated, deleted or closed, or the cleaner stopped.
            return false;
        }
        catch (LogStoreException error)
        {
            log.Cleaning.NotBefore = _options.Time.UnixMilliseconds() + (long)_config.Backoff.TotalMilliseconds;
            _logger.CleaningFailed(error, log.ToString());
            return false;
        }
        catch (Exception error)
        {
            log.Cleaning.IsUncleanable = true;
            _logger.LogUncleanable(error, log.ToString());
            return false;
        }
    }
}
