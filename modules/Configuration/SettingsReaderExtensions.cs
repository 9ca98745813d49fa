using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Configuration;

/// <summary>Typed access to values; a key of another type is a mistake in the program.</summary>
public static class SettingsReaderExtensions
{
    /// <summary>A boolean.</summary>
    public static bool Boolean(this ISettingsReader values, ConfigurationKey key) => (bool)values.Value(key)!;

    /// <summary>A 16-bit integer.</summary>
    public static short Int16(this ISettingsReader values, ConfigurationKey key) => (short)values.Value(key)!;

    /// <summary>A 32-bit integer.</summary>
    public static int Int32(this ISettingsReader values, ConfigurationKey key) => (int)values.Value(key)!;

    /// <summary>A 32-bit integer that may be absent.</summary>
    public static int? Int32OrNull(this ISettingsReader values, ConfigurationKey key) => (int?)values.Value(key);

    /// <summary>A 64-bit integer.</summary>
    public static long Int64(this ISettingsReader values, ConfigurationKey key) => (long)values.Value(key)!;

    /// <summary>A 64-bit integer that may be absent.</summary>
    public static long? Int64OrNull(this ISettingsReader values, ConfigurationKey key) => (long?)values.Value(key);

    /// <summary>A number.</summary>
    public static double Double(this ISettingsReader values, ConfigurationKey key) => (double)values.Value(key)!;

    /// <summary>A text.</summary>
    public static string Text(this ISettingsReader values, ConfigurationKey key) => (string)values.Value(key)!;

    /// <summary>A text that may be absent.</summary>
    public static string? TextOrNull(this ISettingsReader values, ConfigurationKey key) => (string?)values.Value(key);

    /// <summary>A list.</summary>
    public static IReadOnlyList<string> List(this ISettingsReader values, ConfigurationKey key) => (IReadOnlyList<string>)values.Value(key)!;

    /// <summary>A list that may be absent.</summary>
    public static IReadOnlyList<string>? ListOrNull(this ISettingsReader values, ConfigurationKey key) => (IReadOnlyList<string>?)values.Value(key);

    /// <summary>A secret.</summary>
    public static Secret Secret(this ISettingsReader values, ConfigurationKey key) => (Secret)values.Value(key)!;

    /// <summary>A secret that may be absent.</summary>
    public static Secret? SecretOrNull(this ISettingsReader values, ConfigurationKey key) => (Secret?)values.Value(key);
}
