using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Configuration;

/// <summary>Gives the value in force of a key, in the key's own unit; every value was checked before.</summary>
public interface ISettingsReader
{
    /// <summary>The value in force: one of the types that <see cref="ConfigurationValues"/> names, or null.</summary>
    object? Value(ConfigurationKey key);
}
