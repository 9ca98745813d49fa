using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Configs;

/// <summary>Which configuration changed. Metadata loop only; publishers read it while they are called.</summary>
public sealed class ConfigurationsDelta
{
    private readonly Dictionary<ConfigResource, ConfigurationDelta> _changes = [];

    internal ConfigurationsDelta(ConfigurationsImage before) => Before = before;

    /// <summary>The configuration before.</summary>
    public ConfigurationsImage Before { get; }

    /// <summary>The changes by resource.</summary>
    public IReadOnlyDictionary<ConfigResource, ConfigurationDelta> Changes => _changes;

    internal void Replay(ConfigRecord record) =>
        Change(new ConfigResource((ConfigResourceType)record.ResourceType, record.ResourceName)).Set(record.Name, record.Value);

    /// <summary>With a topic its configuration goes too.</summary>
    internal void RemoveTopic(string name)
    {
        var resource = ConfigResource.Topic(name);
        if (_changes.ContainsKey(resource) || Before.Resources.ContainsKey(resource))
            Change(resource).RemoveAll();
    }

    internal void FinishSnapshot()
    {
        foreach (var resource in Before.Resources.Keys)
            Change(resource).RemoveUnnamed();
    }

    internal ConfigurationsImage Apply()
    {
        if (_changes.Count == 0)
            return Before;
        var resources = Before.Resources.ToBuilder();
        foreach (var (resource, delta) in _changes)
        {
            var configuration = delta.Apply();
            if (configuration.Values.IsEmpty)
                resources.Remove(resource);
            else
                resources[resource] = configuration;
        }

        return new ConfigurationsImage(resources.ToImmutable());
    }

    private ConfigurationDelta Change(ConfigResource resource)
    {
        if (!_changes.TryGetValue(resource, out var delta))
            _changes[resource] = delta = new ConfigurationDelta(Before[resource]);
        return delta;
    }
}
