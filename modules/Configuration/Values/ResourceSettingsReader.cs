using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Configuration.Values;

/// <summary>Reads a topic's, a group's or a subscription's values over the broker's: what it does not set follows the broker keys that its keys name.</summary>
/// <param name="overrides">What the resource itself sets, in text form; invalid and unknown ones count as not set.</param>
/// <param name="broker">Values of the broker.</param>
internal sealed class ResourceSettingsReader(IReadOnlyDictionary<string, string> overrides, ISettingsReader broker) : ISettingsReader
{
    /// <inheritdoc/>
    public object? Value(ConfigurationKey key)
    {
        if (overrides.TryGetValue(key.Name, out var text) && ConfigurationValues.TryRead(key, text, out var value) is null)
        {
            return value;
        }

        // The first synonym resolves its own, older spellings.
        if (key.Synonyms.Count > 0 && ConfigurationCatalog.Find(ConfigurationScope.Broker, key.Synonyms[0]) is { } source)
        {
            return SettingsLayer.Convert(new(source, source.Name, broker.Value(source), default), key);
        }

        return SettingsLayer.DefaultOf(key);
    }
}
