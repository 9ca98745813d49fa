namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>
/// Whether a log is being cleaned, and may be: truncation, deletion and closing end a cleaning that goes on and keep another from beginning. Safe
/// to use from any thread.
/// </summary>
internal sealed class CleaningState
{
    private readonly Lock _lock = new();
    private CancellationTokenSource? _work;
    private TaskCompletionSource? _ended;
    private int _pauses;
    private volatile bool _isUncleanable;
    private long _notBefore;

    /// <summary>Where the log stands.</summary>
    public CleaningPhase Phase
    {
        get
        {
            lock (_lock)
            {
                if (_work is not null)
                    return _pauses > 0 ? CleaningPhase.Aborted : CleaningPhase.InProgress;
                return _pauses > 0 ? CleaningPhase.Paused : CleaningPhase.None;
            }
        }
    }

    /// <summary>Whether a cleaning failed in a way that will not pass by itself; it is not tried again until the broker restarts.</summary>
    public bool IsUncleanable
    {
        get => _isUncleanable;
        set => _isUncleanable = value;
    }

    /// <summary>Time in ms since the epoch before which no cleaning is tried, after one that the disk refused.</summary>
    public long NotBefore
    {
        get => Volatile.Read(ref _notBefore);
        set => Volatile.Write(ref _notBefore, value);
    }

    /// <summary>Begins; false where the log is worked on already, or paused.</summary>
    /// <param name="stop">Ends the work.</param>
    /// <param name="work">Ends the work, also when the log is paused.</param>
    public bool TryBegin(CancellationToken stop, out CancellationToken work)
    {
        lock (_lock)
        {
            work = default;
            if (_work is not null || _pauses > 0)
                return false;
            _work = CancellationTokenSource.CreateLinkedTokenSource(stop);
            work = _work.Token;
            return true;
        }
    }

    /// <summary>Ends what <see cref="TryBegin"/> began.</summary>
    public void End()
    {
        TaskCompletionSource? ended;
        lock (_lock)
        {
            _work?.Dispose();
            _work = null;
            (ended, _ended) = (_ended, null);
        }

        ended?.TrySetResult();
    }

    /// <summary>Keeps cleanings from beginning until <see cref="Resume"/>, as often as it is called, and completes when none goes on.</summary>
    public Task PauseAsync()
    {
        lock (_lock)
        {
            _pauses++;
            if (_work is null)
                return Task.CompletedTask;
            _work.Cancel();
            _ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _ended.Task;
        }
    }

    /// <summary>Takes one <see cref="PauseAsync"/> back.</summary>
    public void Resume()
    {
        lock (_lock)
            _pauses--;
    }
}
