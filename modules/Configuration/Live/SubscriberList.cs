namespace Kafka.Modular.Configuration.Live;

/// <summary>Callbacks in the order of their registration. Registering and ending are safe on any thread, also from inside a callback.</summary>
internal sealed class SubscriberList<T>
    where T : Delegate
{
    private readonly Lock gate = new();
    private Entry[] entries = [];

    /// <summary>Registers a callback.</summary>
    public IDisposable Add(T callback)
    {
        var entry = new Entry(this, callback);
        lock (gate)
        {
            entries = [.. entries, entry];
        }

        return entry;
    }

    /// <summary>Calls each callback that is registered now and not ended meanwhile.</summary>
    public void ForEach(Action<T> call)
    {
        foreach (var entry in Volatile.Read(ref entries))
        {
            if (!entry.Ended)
            {
                call(entry.Callback);
            }
        }
    }

    private void Remove(Entry entry)
    {
        lock (gate)
        {
            entries = [.. entries.Where(other => other != entry)];
        }
    }

    private sealed class Entry(SubscriberList<T> owner, T callback) : IDisposable
    {
        public T Callback => callback;

        public bool Ended { get; private set; }

        public void Dispose()
        {
            Ended = true;
            owner.Remove(this);
        }
    }
}
