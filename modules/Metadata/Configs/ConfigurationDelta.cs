namespace Kafka.Modular.Metadata.Configs;

/// <summary>Which configuration of a resource changed. Metadata loop only; publishers read it while they are called.</summary>
public sealed class ConfigurationDelta
{
    private readonly Dictionary<string, string?> _changes = new(StringComparer.Ordinal);

    internal ConfigurationDelta(ConfigurationImage before) => Before = before;

    /// <summary>The configuration before.</summary>
    public ConfigurationImage Before { get; }

    /// <summary>New values by key, null for one that is gone. Some are secrets: never log them.</summary>
    public IReadOnlyDictionary<string, string?> Changes => _changes;

    internal void Set(string key, string? value) => _changes[key] = value;

    internal void RemoveAll()
    {
        _changes.Clear();
        RemoveUnnamed();
    }

    /// <summary>Removes the keys that no record named.</summary>
    internal void RemoveUnnamed()
    {
        foreach (var key in Before.Values.Keys)
            _changes.TryAdd(key, null);
    }

    internal ConfigurationImage Apply()
    {
        var values = Before.Values.ToBuilder();
        foreach (var (key, value) in _changes)
        {
            if (value is null)
                values.Remove(key);
            else
                values[key] = value;
        }

        return new ConfigurationImage(values.ToImmutable());
    }
}
