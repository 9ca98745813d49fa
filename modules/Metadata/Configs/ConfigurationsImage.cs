using System.Collections.Immutable;
using Kafka.Modular.Metadata.Collections;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Configs;

/// <summary>The dynamic configuration of every resource that has one. Immutable, any thread.</summary>
public sealed class ConfigurationsImage : IEquatable<ConfigurationsImage>
{
    internal ConfigurationsImage(ImmutableDictionary<ConfigResource, ConfigurationImage> resources) => Resources = resources;

    /// <summary>Nothing configured.</summary>
    public static ConfigurationsImage Empty { get; } = new(ImmutableDictionary<ConfigResource, ConfigurationImage>.Empty);

    /// <summary>The configuration by resource; none is empty.</summary>
    public ImmutableDictionary<ConfigResource, ConfigurationImage> Resources { get; }

    /// <summary>True when nothing is configured.</summary>
    public bool IsEmpty => Resources.IsEmpty;

    /// <summary>The configuration of a resource, empty without one.</summary>
    public ConfigurationImage this[ConfigResource resource] => Resources.GetValueOrDefault(resource, ConfigurationImage.Empty);

    /// <inheritdoc/>
    public bool Equals(ConfigurationsImage? other) => other is not null && Resources.ContentEquals(other.Resources);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ConfigurationsImage);

    /// <inheritdoc/>
    public override int GetHashCode() => Resources.Count;

    internal void Write(IMetadataRecordWriter writer)
    {
        foreach (var (resource, configuration) in Resources)
        {
            foreach (var (key, value) in configuration.Values)
            {
                writer.Write(new MetadataRecord(
                    new ConfigRecord { ResourceType = (sbyte)resource.Type, ResourceName = resource.Name, Name = key, Value = value }, 0));
            }
        }
    }
}
