using Kafka.Modular.Core.Threading;
using Kafka.Modular.Core.Timers;

namespace Kafka.Modular.Coordination;

/// <summary>A shard's timers on its loop. Used on that loop only.</summary>
internal sealed class ShardTimers<TRecord>(IEventLoop loop) : ICoordinatorTimers<TRecord>
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private Action<Func<CoordinatorResult<TRecord>>>? _run;

    /// <inheritdoc/>
    public long NowMs => loop.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Says who runs the operations.</summary>
    public void Attach(Action<Func<CoordinatorResult<TRecord>>> run) => _run = run;

    /// <inheritdoc/>
    public void Schedule(string key, long delayMs, Func<CoordinatorResult<TRecord>> operation)
    {
        Cancel(key);
        var entry = new Entry(this, key, operation);
        _entries[key] = entry;
        loop.Schedule(entry, TimeSpan.FromMilliseconds(delayMs));
    }

    /// <inheritdoc/>
    public void Cancel(string key)
    {
        if (_entries.Remove(key, out var entry))
        {
            loop.Cancel(entry);
        }
    }

    /// <summary>Ends all timers.</summary>
    public void CancelAll()
    {
        foreach (var entry in _entries.Values)
        {
            loop.Cancel(entry);
        }

        _entries.Clear();
    }

    private sealed class Entry(ShardTimers<TRecord> timers, string key, Func<CoordinatorResult<TRecord>> operation) : TimerEntry
    {
        protected override void OnExpired()
        {
            // It may have been replaced between its expiry and its turn on the loop.
            if (timers._entries.TryGetValue(key, out var current) && ReferenceEquals(current, this))
            {
                timers._entries.Remove(key);
                timers._run!(operation);
            }
        }
    }
}
