using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Configuration;

/// <summary>Gives the value in force of a key, in the key's own unit; every value was checked before.</summary>
public interface ISettingsReader
{
    /// <summary>The value in force: one of the types that <see cref="ConfigurationValues"/> names, or null.</summary>
    object? Value(ConfigurationKey key);

    /// <summary>A boolean.</summary>
    bool Boolean(ConfigurationKey key) => (bool)Value(key)!;

    /// <summary>A 16-bit integer.</summary>
    short Int16(ConfigurationKey key) => (short)Value(key)!;

    /// <summary>A 32-bit integer.</summary>
    int Int32(ConfigurationKey key) => (int)Value(key)!;

    /// <summary>A 32-bit integer that may be absent.</summary>
    int? Int32OrNull(ConfigurationKey key) => (int?)Value(key);

    /// <summary>A 64-bit integer.</summary>
    long Int64(ConfigurationKey key) => (long)Value(key)!;

    /// <summary>A 64-bit integer that may be absent.</summary>
    long? Int64OrNull(ConfigurationKey key) => (long?)Value(key);

    /// <summary>A number.</summary>
    double Double(ConfigurationKey key) => (double)Value(key)!;

    /// <summary>A text.</summary>
    string Text(ConfigurationKey key) => (string)Value(key)!;

    /// <summary>A text that may be absent.</summary>
    string? TextOrNull(ConfigurationKey key) => (string?)Value(key);

    /// <summary>A list.</summary>
    IReadOnlyList<string> List(ConfigurationKey key) => (IReadOnlyList<string>)Value(key)!;

    /// <summary>A list that may be absent.</summary>
    IReadOnlyList<string>? ListOrNull(ConfigurationKey key) => (IReadOnlyList<string>?)Value(key);

    /// <summary>A secret.</summary>
    Secret Secret(ConfigurationKey key) => (Secret)Value(key)!;

    /// <summary>A secret that may be absent.</summary>
    Secret? SecretOrNull(ConfigurationKey key) => (Secret?)Value(key);
}
