using System.Collections.Concurrent;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Live;

/// <summary>
/// The settings of each topic, group or subscription: its own values over those of the broker. Changes come on the metadata publisher's
/// loop; reading is safe on any thread.
/// </summary>
/// <typeparam name="T">The settings record of one resource.</typeparam>
public sealed class ResourceConfigurations<T> : IRefreshable
    where T : class, ISettingsRecord<T>
{
    private static readonly Dictionary<string, string> NoOverrides = [];

    private readonly LiveConfiguration configuration;
    private readonly ConcurrentDictionary<string, LiveResource<T>> resources = new(StringComparer.Ordinal);
    private readonly LiveResource<T> unset;

    internal ResourceConfigurations(LiveConfiguration configuration)
    {
        this.configuration = configuration;
        unset = new(NoOverrides, configuration);
        configuration.Register(this);
    }

    /// <summary>Settings of a resource that sets nothing itself.</summary>
    public T Default => unset.Current;

    /// <summary>Settings of a resource.</summary>
    public T Get(string name) => resources.TryGetValue(name, out var resource) ? resource.Current : unset.Current;

    /// <summary>What a resource sets itself, in text form.</summary>
    public IReadOnlyDictionary<string, string> Overrides(string name) => resources.TryGetValue(name, out var resource) ? resource.Overrides : NoOverrides;

    /// <summary>
    /// Settings of a resource that follow its changes. They end to follow when the resource is removed: ask again for one of the same
    /// name that comes later.
    /// </summary>
    public ISettings<T> Settings(string name) => resources.GetOrAdd(name, _ => new(NoOverrides, configuration));

    /// <summary>Takes what a resource sets now: all of it, not only what changed.</summary>
    public void Apply(string name, IReadOnlyDictionary<string, string> overrides) =>
        resources.GetOrAdd(name, _ => new(NoOverrides, configuration)).Change(overrides, configuration)?.Invoke();

    /// <summary>Forgets a resource that was deleted.</summary>
    public void Remove(string name) => resources.TryRemove(name, out _);

    Action? IRefreshable.Refresh(ISettingsReader values)
    {
        var tell = new List<Action>();
        foreach (var resource in resources.Values.Prepend(unset))
        {
            if (resource.Refresh(values) is { } action)
            {
                tell.Add(action);
            }
        }

        return tell.Count == 0 ? null : () => tell.ForEach(action => action());
    }
}
