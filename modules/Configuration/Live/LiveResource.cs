using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Live;

/// <summary>The settings of one resource as they are now.</summary>
internal sealed class LiveResource<T> : ISettings<T>
    where T : class, ISettingsRecord<T>
{
    private readonly SubscriberList<Action<T, T>> subscribers = new();
    private volatile IReadOnlyDictionary<string, string> overrides;
    private object?[] values;
    private volatile T current;

    public LiveResource(IReadOnlyDictionary<string, string> overrides, ISettingsReader broker)
    {
        this.overrides = overrides;
        var reader = new ResourceSettingsReader(overrides, broker);
        values = Values(reader);
        current = T.Read(reader);
    }

    /// <inheritdoc/>
    public T Current => current;

    /// <summary>What the resource sets itself.</summary>
    public IReadOnlyDictionary<string, string> Overrides => overrides;

    /// <inheritdoc/>
    public IDisposable OnChange(Action<T, T> changed) => subscribers.Add(changed);

    /// <summary>Takes what the resource sets now; returns what tells the subscribers, or null if nothing changed.</summary>
    public Action? Change(IReadOnlyDictionary<string, string> now, ISettingsReader broker)
    {
        overrides = now;
        return Refresh(broker);
    }

    /// <summary>Takes the broker's values in force; returns what tells the subscribers, or null if nothing changed.</summary>
    public Action? Refresh(ISettingsReader broker)
    {
        var reader = new ResourceSettingsReader(overrides, broker);
        var now = Values(reader);
        if (now.Zip(values).All(pair => ConfigurationValues.AreEqual(pair.First, pair.Second)))
        {
            return null;
        }

        var before = current;
        var after = T.Read(reader);
        values = now;
        current = after;
        return () => subscribers.ForEach(changed => changed(before, after));
    }

    private static object?[] Values(ISettingsReader reader) => [.. T.Keys.Select(reader.Value)];
}
