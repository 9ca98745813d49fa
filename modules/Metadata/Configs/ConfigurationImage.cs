using System.Collections.Immutable;
using Kafka.Modular.Metadata.Collections;

namespace Kafka.Modular.Metadata.Configs;

/// <summary>The dynamic configuration of one resource. Immutable, any thread.</summary>
public sealed class ConfigurationImage : IEquatable<ConfigurationImage>
{
    internal ConfigurationImage(ImmutableDictionary<string, string> values) => Values = values;

    /// <summary>Nothing configured.</summary>
    public static ConfigurationImage Empty { get; } = new(ImmutableDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>The values by key, as text. Some are secrets: never log them.</summary>
    public ImmutableDictionary<string, string> Values { get; }

    /// <summary>The value of a key, or null.</summary>
    public string? this[string key] => Values.GetValueOrDefault(key);

    /// <inheritdoc/>
    public bool Equals(ConfigurationImage? other) => other is not null && Values.ContentEquals(other.Values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ConfigurationImage);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Count;

    /// <summary>The keys; values may be secrets.</summary>
    public override string ToString() => $"[{string.Join(", ", Values.Keys)}]";
}
