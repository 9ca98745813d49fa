using Kafka.Modular.Core.Threading;
using Kafka.Modular.Core.Timers;

namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>Cleans one log after the other on a loop of its own, and rests where there is nothing to clean.</summary>
internal sealed class CleanerThread(LogCleaner cleaner, IEventLoop loop) : TimerEntry, IAsyncDisposable
{
    private static readonly TimeSpan s_shortestRest = TimeSpan.FromMilliseconds(1);

    private readonly CancellationTokenSource _stop = new();
    private volatile CleaningStatistics? _lastStatistics;

    /// <summary>What the last cleaning did, null before the first.</summary>
    public CleaningStatistics? LastStatistics => _lastStatistics;

    /// <summary>Begins.</summary>
    public void Start() => loop.Post(Work);

    /// <summary>Ends what is being cleaned; completes when nothing is any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        loop.Cancel(this);
        if (loop is IAsyncDisposable owned)
            await owned.DisposeAsync();
        _stop.Dispose();
    }

    protected override void OnExpired() => Work();

    private void Work()
    {
        if (_stop.IsCancellationRequested)
            return;
        var hasCleaned = false;
        try
        {
            hasCleaned = cleaner.CleanOnce(statistics => _lastStatistics = statistics, _stop.Token);
        }
        finally
        {
            if (hasCleaned)
                loop.Post(Work);
            else
                loop.Schedule(this, cleaner.Config.Backoff > s_shortestRest ? cleaner.Config.Backoff : s_shortestRest);
        }
    }
}
