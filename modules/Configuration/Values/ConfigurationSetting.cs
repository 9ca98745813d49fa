using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Sources;

namespace Kafka.Modular.Configuration.Values;

/// <summary>A value that was given for a key, checked.</summary>
/// <param name="Key">The key.</param>
/// <param name="Name">The name as given: that of the key, or with a listener prefix before it.</param>
/// <param name="Value">The value; see <see cref="ConfigurationValues"/> for its types.</param>
/// <param name="Origin">Where it was given.</param>
public sealed record ConfigurationSetting(ConfigurationKey Key, string Name, object? Value, ConfigurationOrigin Origin)
{
    /// <summary>The value as it may be shown; a secret is hidden.</summary>
    public string? Text => ConfigurationValues.Format(Value);
}
