using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Live;

/// <summary>Something whose values follow the configuration, in two steps: first everything changes, then everybody is told.</summary>
internal interface IRefreshable
{
    /// <summary>Takes the values in force and returns what tells the subscribers; null if nothing changed.</summary>
    Action? Refresh(ISettingsReader values);
}

/// <summary>Settings that follow the configuration. <see cref="Refresh"/> runs on the metadata publisher's loop, everything else on any thread.</summary>
/// <typeparam name="T">A settings record.</typeparam>
internal sealed class LiveSettings<T> : ISettings<T>, IRefreshable
    where T : class, ISettingsRecord<T>
{
    private readonly SubscriberList<Action<T, T>> subscribers = new();
    private readonly Func<ISettingsReader, ISettingsReader> view;
    private object?[] values;
    private volatile T current;

    /// <summary>Makes settings over some view of the configuration, such as that of one listener.</summary>
    public LiveSettings(ISettingsReader reader, Func<ISettingsReader, ISettingsReader> view)
    {
        this.view = view;
        var mine = view(reader);
        values = Values(mine);
        current = T.Read(mine);
    }

    /// <inheritdoc/>
    public T Current => current;

    /// <inheritdoc/>
    public IDisposable OnChange(Action<T, T> changed) => subscribers.Add(changed);

    /// <inheritdoc/>
    public Action? Refresh(ISettingsReader values)
    {
        var mine = view(values);
        var now = Values(mine);
        if (now.Zip(this.values).All(pair => ConfigurationValues.AreEqual(pair.First, pair.Second)))
        {
            return null;
        }

        var before = current;
        var after = T.Read(mine);
        this.values = now;
        current = after;
        return () => subscribers.ForEach(changed => changed(before, after));
    }

    private static object?[] Values(ISettingsReader reader) => [.. T.Keys.Select(reader.Value)];
}
